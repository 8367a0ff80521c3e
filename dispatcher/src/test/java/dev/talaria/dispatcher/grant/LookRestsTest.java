package dev.talaria.dispatcher.grant;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LookRestsTest {
  private long clock;
  private int looks;
  private final LookRests<String> rests = new LookRests<>(() -> clock);

  private boolean look(boolean finds, Duration takes) {
    return rests.look("coder", clock, () -> {
      looks++;
      clock += takes.toNanos();
      return finds;
    });
  }

  @Test
  void shouldRestAfterTwoLongLooksThatFoundNothing() {
    Duration takes = Duration.ofMillis(50);
    assertThat(look(false, takes)).isFalse();
    assertThat(rests.isResting("coder", clock)).as("once may be chance").isFalse();
    assertThat(look(false, takes)).isFalse();

    assertThat(rests.isResting("coder", clock)).isTrue();
    assertThat(rests.isResting("writer", clock)).isFalse();
    assertThat(look(true, takes)).as("not looked at").isFalse();
    assertThat(looks).isEqualTo(2);

    clock += takes.multipliedBy(20).toNanos();
    assertThat(look(true, takes)).isTrue();
    assertThat(look(false, takes)).isFalse();
    assertThat(rests.isResting("coder", clock)).as("it begins anew").isFalse();
  }

  @Test
  void shouldNotLetWorkThatComesWaitForLong() {
    look(false, Duration.ofSeconds(30));
    look(false, Duration.ofSeconds(30));

    clock += Duration.ofSeconds(2).toNanos();

    assertThat(look(true, Duration.ZERO)).isTrue();
  }

  @Test
  void shouldLookEachTimeWhereItCostsNothing() {
    for (int i = 0; i < 5; i++) {
      look(false, Duration.ofMillis(1));
    }
    assertThat(looks).isEqualTo(5);
  }
}
