package dev.talaria.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ThreadFailuresTest {
  private static final Instant NOW = Instant.parse("2027-01-15T08:00:00Z");

  @Test
  void shouldBearSoManyWithinTheTime() {
    var failures = new ThreadFailures(2, Duration.ofMinutes(10));

    assertThat(failures.isBearable(NOW)).isTrue();
    assertThat(failures.isBearable(NOW.plusSeconds(60))).isTrue();
    assertThat(failures.isBearable(NOW.plusSeconds(120))).isFalse();
  }

  @Test
  void shouldForgetThoseBefore() {
    var failures = new ThreadFailures(1, Duration.ofMinutes(10));
    failures.isBearable(NOW);

    assertThat(failures.isBearable(NOW.plusSeconds(601))).isTrue();
  }
}
