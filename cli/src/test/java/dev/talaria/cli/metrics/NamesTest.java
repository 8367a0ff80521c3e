package dev.talaria.cli.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.protocol.id.BoardKey;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NamesTest {
  @Test
  void shouldTellSoManyNamesApartAndCountTheRestTogether() {
    var names = new Names(2);

    assertThat(names.label("anthropic/claude-4.5:beta")).isEqualTo("anthropic/claude-4.5:beta");
    assertThat(names.label("")).isEqualTo("none");
    assertThat(names.label("b")).isEqualTo("b");
    assertThat(names.label("c")).isEqualTo("other");
    assertThat(names.label("b")).isEqualTo("b");
  }

  @Test
  void shouldTakeNothingForANameThatIsNone() {
    var names = new Names(10);

    for (String odd :
        new String[] {"/home/ann/x", "a\nb", "alpha#t_1", "\"", "x".repeat(81), " "}) {
      assertThat(names.label(odd)).as(odd).isEqualTo("other");
    }
  }

  @Test
  void shouldCountLanesOfEachBoardForItself() {
    var lanes = new BoardLanes();
    var first = new BoardKey("alpha", "one");

    IntStream.range(0, 100)
        .forEach(i -> assertThat(lanes.label(first, "lane" + i)).isEqualTo("lane" + i));
    assertThat(lanes.label(first, "another")).isEqualTo("other");
    assertThat(lanes.label(new BoardKey("alpha", "two"), "another")).isEqualTo("another");
    assertThat(lanes.label(first, "No Lane!")).isEqualTo("other");
    assertThat(lanes.label(first, "")).isEqualTo("none");
  }
}
