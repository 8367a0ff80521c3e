package dev.talaria.launcher.claim;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OpenClaimsTest {
  private long nanos = 5;
  private long millis = 1_000_000;
  private final OpenClaims claims = new OpenClaims(Duration.ofSeconds(60), nanos, millis);

  @Test
  void shouldGiveUpAClaimThatNobodyAnswersForAMinute() {
    claims.add("one");
    work(59);
    claims.add("two");
    claims.add("three");
    claims.answered("three");

    work(2);

    assertThat(claims.tick(nanos, millis)).containsExactly("one");
    claims.answered("one");
    work(59);
    assertThat(claims.tick(nanos, millis)).containsExactly("two");
    assertThat(claims.has("two")).isTrue();
  }

  @Test
  void shouldWaitOnForTheAnswerThatCameWhileItWasStoppedOrAsleep() {
    claims.add("one");
    work(10);

    pass(3_600, 3_600);
    assertThat(claims.tick(nanos, millis)).as("stopped").isEmpty();
    pass(0, 3_600);
    assertThat(claims.tick(nanos, millis)).as("asleep").isEmpty();

    work(51);
    assertThat(claims.tick(nanos, millis)).containsExactly("one");
  }

  private void work(int seconds) {
    for (int i = 0; i < seconds; i++) {
      pass(1, 1);
      claims.tick(nanos, millis);
    }
  }

  private void pass(long monotonicSeconds, long wallSeconds) {
    nanos += TimeUnit.SECONDS.toNanos(monotonicSeconds);
    millis += TimeUnit.SECONDS.toMillis(wallSeconds);
  }
}
