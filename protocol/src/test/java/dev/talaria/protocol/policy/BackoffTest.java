package dev.talaria.protocol.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {
  @Test
  void shouldNotWaitByDefault() {
    assertThat(Backoff.NONE.after(1)).isZero();
    assertThat(Backoff.NONE.after(Integer.MAX_VALUE)).isZero();
    assertThat(Backoff.NONE.jittered(3, 7)).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "0,10",
    "1,10",
    "2,20",
    "3,40",
    "4,80",
    "5,100",
    "63,100",
    "5000,100",
    "2147483647,100"
  })
  void shouldGrowUpToItsBound(int failures, long seconds) {
    assertThat(new Backoff(10, 2, 100).after(failures)).isEqualTo(seconds);
  }

  @Test
  void shouldStayTheSameAtAFactorOfOne() {
    assertThat(new Backoff(7, 1, 100).after(50)).isEqualTo(7);
  }

  @Test
  void shouldJitterDeterministicallyBetweenHalfAndWhole() {
    var backoff = new Backoff(100, 2, 800);
    for (int failures = 1; failures <= 6; failures++) {
      long whole = backoff.after(failures);
      long least = Long.MAX_VALUE;
      long most = 0;
      for (long seed = -500; seed < 500; seed++) {
        long wait = backoff.jittered(failures, seed);
        assertThat(wait)
            .isBetween(whole - whole / 2, whole)
            .isEqualTo(backoff.jittered(failures, seed));
        least = Math.min(least, wait);
        most = Math.max(most, wait);
      }
      assertThat(most - least).as("spread of %d s", whole).isGreaterThan(whole / 3);
    }
  }

  @ParameterizedTest
  @CsvSource({"-1,2,10", "10,2,9", "1,0.5,10", "1,-1,10", "1,NaN,10"})
  void shouldRefuseWhatDoesNotGrow(long initial, double factor, long max) {
    assertThatThrownBy(() -> new Backoff(initial, factor, max))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("retry_backoff");
  }
}
