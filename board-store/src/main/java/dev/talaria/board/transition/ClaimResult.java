package dev.talaria.board.transition;

import dev.talaria.board.task.Task;

/** The answer to a claim. Losing the race is an answer, not an error. */
public sealed interface ClaimResult {
  /** The claimer owns the task until the claim expires; the run id is its fencing token. */
  record Granted(Task task, long runId) implements ClaimResult {}

  /** Someone else was faster, the task is held back, or it is not in a claimable status. Nothing changed. */
  record Lost() implements ClaimResult {}

  /** A parent is neither done nor archived; a ready task went back to todo. */
  record ParentsNotDone() implements ClaimResult {}

  /** Too many runs in 24 h; the task is blocked until an operator grants more. */
  record CeilingReached(long runs, long limit) implements ClaimResult {}
}
