package dev.talaria.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TimelineTest {
  @Test
  void textIsBrokenAtBlanks() {
    assertThat(Timeline.folded("one two three", 8)).isEqualTo(List.of("one two", "three"));
  }

  @Test
  void wordThatIsTooLongIsCut() {
    assertThat(Timeline.folded("abcdefghij kl", 4)).isEqualTo(List.of("abcd", "efgh", "ij", "kl"));
  }

  @Test
  void nothingIsOneEmptyLine() {
    assertThat(Timeline.folded(" ", 8)).isEqualTo(List.of(""));
  }
}
