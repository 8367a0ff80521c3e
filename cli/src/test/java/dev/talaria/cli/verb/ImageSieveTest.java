package dev.talaria.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.talaria.board.text.BoardJson;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Transition.Image;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageSieveTest {
  private static final BoardKey BOARD = BoardKey.parse("alpha/default");
  private static final ArrayNode NO_PARENTS = BoardJson.array(List.of());

  private final ImageSieve ofCoder = new ImageSieve(
      event -> !event.kind().equals("heartbeat"),
      task -> task.path("assignee").asText().equals("coder"));

  private static Transition event(long id, String task, String kind, String assignee) {
    Image image = assignee == null
        ? null
        : new Image(BoardJson.object().put("assignee", assignee), null, NO_PARENTS, null);
    return new Transition(BOARD, 1, id, task, null, kind, 1, null, null, image, null);
  }

  private List<Long> taken(long now) {
    return ofCoder.take(now).stream().map(Transition::event).toList();
  }

  @Test
  void shouldHoldEventsUntilTheImageOfTheirTaskIsKnownAndKeepTheirOrder() {
    ofCoder.put(event(1, "a", "created", null), 0);
    ofCoder.put(event(2, "b", "created", "coder"), 0);
    assertThat(taken(0)).isEmpty();
    ofCoder.put(event(3, "a", "heartbeat", "coder"), 0); // not wanted itself, but it says whose

    assertThat(taken(0)).containsExactly(1L, 2L);
    ofCoder.put(event(4, "a", "assigned", "writer"), 1);
    assertThat(taken(1)).isEmpty();
  }

  @Test
  void shouldPassOverATaskOfWhichNothingBecomesKnown() {
    ofCoder.put(event(1, "gone", "deleted", null), 0);
    ofCoder.put(event(2, "a", "created", "coder"), 10);

    assertThat(taken(ImageSieve.IMAGE_COMES_MILLIS - 1)).isEmpty();
    assertThat(taken(ImageSieve.IMAGE_COMES_MILLIS)).containsExactly(2L);
  }

  @Test
  void shouldLetAllTasksThroughAtOnceWithoutAFilter() {
    var sieve = new ImageSieve(event -> true, null);
    sieve.put(event(1, "a", "created", null), 0);

    assertThat(sieve.take(0)).hasSize(1);
  }

  /** Against batches that are judged as a whole: by the last image of each task in its batch. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldShowWhatTheBoardsOwnHostWouldHoweverTheBatchesAreCut(long seed) {
    var random = new Random(seed);
    List<Long> expected = new ArrayList<>();
    List<Long> shown = new ArrayList<>();
    long id = 0;
    for (int batch = 0; batch < 200; batch++) {
      String[] owner = new String[4];
      int[] tasks = random.ints(1 + random.nextInt(8), 0, owner.length).toArray();
      for (int i = 0; i < tasks.length; i++) {
        int task = tasks[i];
        boolean last = java.util.stream.IntStream.range(i + 1, tasks.length)
            .noneMatch(later -> tasks[later] == task);
        if (owner[task] == null) {
          owner[task] = random.nextBoolean() ? "coder" : "writer";
        }
        String kind = random.nextInt(4) == 0 ? "heartbeat" : "edited";
        id++;
        ofCoder.put(event(id, "t_" + task, kind, last ? owner[task] : null), 0);
        if (owner[task].equals("coder") && !kind.equals("heartbeat")) {
          expected.add(id);
        }
        if (random.nextInt(3) == 0) {
          shown.addAll(taken(0));
        }
      }
    }
    shown.addAll(taken(0));

    assertThat(shown).as("seed %d", seed).isEqualTo(expected);
  }
}
