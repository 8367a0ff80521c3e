package dev.talaria.protocol.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.protocol.policy.RetryPolicy.Systemic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureWindowTest {
  @Test
  void shouldCountDifferentTasksOnly() {
    FailureWindow window =
        FailureWindow.EMPTY.with("a", 100, 300).with("a", 110, 300).with("b", 120, 300);

    assertThat(window.tasks()).isEqualTo(2);
    assertThat(window.newest()).isEqualTo(120);
  }

  @ParameterizedTest
  @CsvSource({"399,3", "400,2", "450,1", "9999,1"})
  void shouldForgetWhatIsAWindowOrMoreAgo(long at, int tasks) {
    FailureWindow window = FailureWindow.EMPTY.with("a", 100, 300).with("b", 149, 300);

    assertThat(window.with("c", at, 300).tasks()).isEqualTo(tasks);
  }

  @Test
  void shouldForgetTheFutureAfterAClockThatWasSetBack() {
    FailureWindow window = FailureWindow.EMPTY.with("a", 10_000, 300).with("b", 10_001, 300);

    assertThat(window.with("c", 5_000, 300).tasks()).isEqualTo(1);
    assertThat(window.with("c", 9_999, 300).tasks()).isEqualTo(3);
    assertThat(window.with("c", 9_999, 300).newest()).isEqualTo(10_001);
  }

  @Test
  void shouldNotGrowWithoutBound() {
    FailureWindow window = FailureWindow.EMPTY;
    for (int i = 0; i < 1_000; i++) {
      window = window.with("t" + i, 100, 300);
    }

    assertThat(window.hits()).hasSize(100);
    assertThat(window.hits().get(99).task()).isEqualTo("t999");
  }

  @Test
  void shouldBeEmptyAtFirst() {
    assertThat(FailureWindow.EMPTY.tasks()).isZero();
    assertThat(FailureWindow.EMPTY.newest()).isZero();
  }

  @Test
  void shouldRefuseOneTaskAsSystemic() {
    assertThatThrownBy(() -> new Systemic(1, 300)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Systemic(-1, 300)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Systemic(3, -1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RetryPolicy.RateLimit(-1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
