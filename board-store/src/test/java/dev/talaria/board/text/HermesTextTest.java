package dev.talaria.board.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HermesTextTest {
  private static final String ASTRAL = "\uD83E\uDD80"; // one code point, two UTF-16 units

  @Test
  void shouldCapByCodePoints() {
    assertThat(HermesText.cap(ASTRAL.repeat(5), 3)).isEqualTo(ASTRAL.repeat(3));
    assertThat(HermesText.length(ASTRAL.repeat(5))).isEqualTo(5);
  }

  @Test
  void shouldStripWhatHermesCallsBlank() {
    assertThat(HermesText.strip("\u00A0\u001C\u2007 a b \u001F\u3000")).isEqualTo("a b");
    assertThat(HermesText.strip("\u200Ba"))
        .as("zero width space is not blank")
        .isEqualTo("\u200Ba");
    assertThat(HermesText.isBlank("\u00A0")).isTrue();
  }

  @Test
  void shouldEndTheFirstLineWhereHermesDoes() {
    for (String end : List.of(
        "\n", "\r", "\r\n", "\u000B", "\f", "\u001C", "\u001E", "\u0085", "\u2028", "\u2029")) {
      assertThat(HermesText.firstLine(" one" + end + "two", 400)).isEqualTo("one");
    }
    assertThat(HermesText.firstLine("one\u001Ftwo", 400))
        .as("U+001F strips but ends no line")
        .isEqualTo("one\u001Ftwo");
    assertThat(HermesText.firstLine("  ", 400)).isNull();
  }

  @Test
  void shouldWriteJsonAsHermesDoes() {
    assertThat(BoardJson.skillsColumn(List.of("é"))).isEqualTo("[\"\\u00E9\"]");
    assertThat(BoardJson.parseSkills("[]")).isEmpty();
    assertThat(BoardJson.parseSkills("nonsense [")).isNull();
    assertThat(BoardJson.column(BoardJson.object())).isNull();
    assertThat(BoardJson.parseObject("{")).isNull();
    assertThat(BoardJson.sortedLine(BoardJson.object().put("b", 1).put("a", "é")))
        .isEqualTo("{\"a\": \"é\", \"b\": 1}");
  }
}
