package dev.talaria.board.transition;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer to a completion. */
public sealed interface CompleteResult {
  /** The task is done; the run is the one that was closed or recorded, null when there was nothing to record. */
  record Completed(@Nullable Long runId) implements CompleteResult {}

  /** The task is unknown, not in a status that can be completed, or in another run. Nothing changed. */
  record NotCompletable() implements CompleteResult {}

  /** Cards that the worker says it created are not its own. Only that is on record; complete again without them. */
  record PhantomCards(List<String> phantoms, List<String> verified) implements CompleteResult {}

  default boolean completed() {
    return this instanceof Completed;
  }
}
