package dev.talaria.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.cli.CliFailure;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MomentsTest {
  private static final Instant NOW = Instant.parse("2026-03-02T12:00:00Z");
  private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");

  @ParameterizedTest
  @CsvSource({
    "24h, 2026-03-01T12:00:00Z",
    "90, 2026-03-02T11:58:30Z",
    "1.5d, 2026-03-01T00:00:00Z",
    "1772366400, 2026-03-01T12:00:00Z",
    "2026-03-01, 2026-02-28T23:00:00Z",
    "2026-03-01T18:30, 2026-03-01T17:30:00Z",
    "2026-03-01 18:30, 2026-03-01T17:30:00Z",
    "2026-03-01T18:30Z, 2026-03-01T18:30:00Z",
    "12:30, 2026-03-02T11:30:00Z",
    "18:30, 2026-03-01T17:30:00Z",
  })
  void shouldReadWhatIsPast(String text, String expected) {
    assertThat(Moments.past("--since", text, NOW, ZONE))
        .isEqualTo(Instant.parse(expected).getEpochSecond());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yesterday", "-1h", "24x", "0", "2026-13-01", "99:99", "...h"})
  void shouldRefuseWhatIsNoTime(String text) {
    assertThatThrownBy(() -> Moments.past("--since", text, NOW, ZONE))
        .isInstanceOf(CliFailure.class)
        .hasMessageContaining("--since is '" + text + "'");
  }

  @Test
  void shouldRefuseWhatIsToCome() {
    assertThatThrownBy(() -> Moments.past("--at", "2026-03-03", NOW, ZONE))
        .hasMessageContaining("to come");
  }
}
