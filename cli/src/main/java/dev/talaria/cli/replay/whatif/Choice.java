package dev.talaria.cli.replay.whatif;

import dev.talaria.protocol.policy.Verdict.Action;
import org.jspecify.annotations.Nullable;

/**
 * What one policy makes of the end of a run.
 *
 * @param toModel with an escalation
 * @param count failures that count so far
 * @param limit at which the task is given up; absent where the record does not say
 * @param waitSeconds until the next attempt; 0 for none
 * @param reason in words
 */
public record Choice(
    Action action,
    @Nullable String toModel,
    int count,
    @Nullable Integer limit,
    long waitSeconds,
    String reason) {

  /** Whether another attempt follows. */
  public boolean goesOn() {
    return action == Action.RETRY || action == Action.ESCALATE;
  }

  boolean isLike(Choice other) {
    return action == other.action && java.util.Objects.equals(toModel, other.toModel);
  }
}
