package dev.talaria.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BoardEndTest {
  @Test
  void equalNeighboursAreCounted() {
    assertThat(BoardEnd.counted(List.of("crashed", "crashed", "completed")))
        .isEqualTo("crashed x2, completed");
  }

  @Test
  void noAttemptsAreNothing() {
    assertThat(BoardEnd.counted(List.of())).isEmpty();
  }
}
