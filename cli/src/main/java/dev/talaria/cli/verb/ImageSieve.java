package dev.talaria.cli.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Transition.Image;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lets published events through by their kind and by how their task stood when they were published. Only the last event of
 * a task in a batch carries the task's image, so the others wait for that one, and all behind them too: the order stays. An
 * image that does not come is that of a task that is gone, and nothing is known of it. Pure; one thread.
 */
final class ImageSieve {
  /** A batch is published as a whole; what of it was not read at once comes within this. */
  static final long IMAGE_COMES_MILLIS = 1_000;

  private final Predicate<Transition> events;
  private final @Nullable Predicate<ObjectNode> tasks;
  private final Deque<Waiting> waiting = new ArrayDeque<>();

  /** An event with what has become known of its task. */
  private static final class Waiting {
    private final Transition event;
    private final long untilMillis;
    private @Nullable Boolean taskWanted;

    Waiting(Transition event, long untilMillis) {
      this.event = event;
      this.untilMillis = untilMillis;
    }
  }

  /**
   * A sieve.
   *
   * @param tasks of their rows, by column; null lets the events of all tasks through
   */
  ImageSieve(Predicate<Transition> events, @Nullable Predicate<ObjectNode> tasks) {
    this.events = events;
    this.tasks = tasks;
  }

  /** An event was read. */
  void put(Transition event, long nowMillis) {
    var read = new Waiting(event, nowMillis + IMAGE_COMES_MILLIS);
    Image image = event.image();
    if (tasks == null) {
      read.taskWanted = true;
    } else if (image != null) {
      boolean wanted = tasks.test(image.task());
      read.taskWanted = wanted;
      waiting.stream()
          .filter(it -> it.taskWanted == null && it.event.task().equals(event.task()))
          .forEach(it -> it.taskWanted = wanted);
    }
    if (events.test(event)) {
      waiting.add(read);
    }
  }

  /** What may be shown now, in its order. */
  List<Transition> take(long nowMillis) {
    List<Transition> through = new ArrayList<>();
    while (!waiting.isEmpty()
        && (waiting.element().taskWanted != null || nowMillis >= waiting.element().untilMillis)) {
      Waiting next = waiting.remove();
      if (Boolean.TRUE.equals(next.taskWanted)) {
        through.add(next.event);
      }
    }
    return through;
  }
}
