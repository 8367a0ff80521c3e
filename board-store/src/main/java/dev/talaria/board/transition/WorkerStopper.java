package dev.talaria.board.transition;

import org.jspecify.annotations.Nullable;

/** Ends worker processes on this host; given by the caller, because this module touches none. */
@FunctionalInterface
public interface WorkerStopper {
  /**
   * A process as the board knows it. Its number may belong to another process by now: the worker's own started between
   * the two times.
   *
   * @param claimedAt epoch seconds, when its run began
   * @param spawnedAt epoch seconds, when the board was told of the process; null when nobody told it
   */
  record Worker(
      long pid, @Nullable Long claimedAt, @Nullable Long spawnedAt) {}

  /** What became of it. A process that was not there counts as terminated. */
  record Ending(boolean terminated, boolean killed) {}

  /** Asks the process and its whole group to end, waits some seconds, kills what is left. Throws nothing. */
  Ending stop(Worker worker);
}
