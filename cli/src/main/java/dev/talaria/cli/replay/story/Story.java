package dev.talaria.cli.replay.story;

import dev.talaria.protocol.id.TaskKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of one task. The same topics give an equal story, on any host and at any time. Texts come from workers and
 * boards and are shown only after they were made printable.
 *
 * @param title as it was last seen; absent where no record carries it
 * @param assignee the same
 * @param lineage the life of the board's file that is told
 * @param formerEvents events of former lives that are not part of it
 * @param attempts each run, in the order in which they were opened
 * @param acts what happened beside the attempts, in order
 * @param standing how the task stands after the last event
 * @param unreadable records of the task that cannot be read, and why
 */
public record Story(
    TaskKey task,
    @Nullable String title,
    @Nullable String assignee,
    long lineage,
    int formerEvents,
    List<Attempt> attempts,
    List<Act> acts,
    Standing standing,
    List<String> unreadable) {
  public Story {
    attempts = List.copyOf(attempts);
    acts = List.copyOf(acts);
    unreadable = List.copyOf(unreadable);
  }

  /** Whether it has given up at least once. */
  public boolean gaveUp() {
    return attempts.stream()
        .flatMap(attempt -> attempt.decisions().stream())
        .anyMatch(DecisionTold::gaveUp);
  }
}
