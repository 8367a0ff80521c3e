package dev.talaria.launcher.claim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How free slots are divided among boards. */
class ClaimTurnsTest {
  @Test
  void shouldDivideEvenlyAndLetTheOneThatWaitedGoFirst() {
    var turns = new ClaimTurns<String>();
    assertThat(turns.divide(List.of("a"), 4)).isEqualTo(Map.of("a", 4));
    assertThat(turns.divide(List.of("a", "b"), 1)).isEqualTo(Map.of("b", 1, "a", 0));
    assertThat(turns.divide(List.of("a", "b"), 1)).isEqualTo(Map.of("a", 1, "b", 0));
    assertThat(turns.divide(List.of("a", "b", "c"), 5)).isEqualTo(Map.of("c", 2, "b", 2, "a", 1));
  }

  /** Two boards keep a window of offers out, one of them four times the other's; a launcher polls as slots become free. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void shouldNotLetAFloodStarveAnotherBoard(long seed) {
    var random = new Random(seed);
    var turns = new ClaimTurns<String>();
    Deque<String> topic = new ArrayDeque<>();
    for (int i = 0; i < 40; i++) {
      topic.add(i < 32 ? "flood" : "other");
    }
    Map<String, Integer> granted = new HashMap<>();
    for (int grants = 0; grants < 400; ) {
      int free = 1 + random.nextInt(3);
      Set<String> sources = new LinkedHashSet<>();
      for (int i = 0; i < 8; i++) {
        String source = topic.remove();
        sources.add(source);
        topic.add(source); // its board has more and offers again
      }
      for (var share : turns.divide(sources, free).entrySet()) {
        granted.merge(share.getKey(), share.getValue(), Integer::sum);
        grants += share.getValue();
      }
    }
    assertThat(granted.getOrDefault("other", 0))
        .as("seed %d: %s", seed, granted)
        .isBetween(60, 240);
  }
}
