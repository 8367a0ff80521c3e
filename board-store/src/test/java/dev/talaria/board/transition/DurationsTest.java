package dev.talaria.board.transition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.BoardOptions;
import dev.talaria.board.TaskIds;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers that come from the environment (contract 1.2). */
class DurationsTest {
  @ParameterizedTest(name = "[{0}]")
  @CsvSource(
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "60,60,60,60",
        " +7 ,7,7,7",
        "1_000,1000,1000,1000",
        "0,900,0,120000",
        "-5,900,30,120000",
        "'',900,30,120000",
        "12.5,900,30,120000",
        "1__0,900,30,120000",
        "soon,900,30,120000",
        "99999999999999999999,900,30,120000"
      })
  void shouldTakeNumbersThatMakeSenseAndTheDefaultOtherwise(
      String value, long ttl, long grace, int busy) {
    assertThat(ClaimTtl.of(Map.of("HERMES_KANBAN_CLAIM_TTL_SECONDS", value))).isEqualTo(ttl);
    assertThat(CrashGrace.of(Map.of("HERMES_KANBAN_CRASH_GRACE_SECONDS", value)))
        .isEqualTo(grace);
    BoardOptions options = new BoardOptions(InstantSource.system(), TaskIds.random(new Random(1)))
        .withEnvironment(Map.of("HERMES_KANBAN_BUSY_TIMEOUT_MS", value));
    assertThat(options.busyTimeoutMillis()).isEqualTo(busy);
  }

  @Test
  void shouldPreferTheTtlThatWasAskedForAndNeverLessThanASecond() {
    Map<String, String> environment = Map.of("HERMES_KANBAN_CLAIM_TTL_SECONDS", "60");
    assertThat(ClaimTtl.of(environment, null)).isEqualTo(60);
    assertThat(ClaimTtl.of(environment, 5L)).isEqualTo(5);
    assertThat(ClaimTtl.of(environment, 0L)).isEqualTo(1);
    assertThat(ClaimTtl.of(environment, -9L)).isEqualTo(1);
    assertThat(ClaimTtl.of(Map.of())).isEqualTo(ClaimTtl.DEFAULT_SECONDS);
    assertThat(CrashGrace.of(Map.of())).isEqualTo(CrashGrace.DEFAULT_SECONDS);
  }
}
