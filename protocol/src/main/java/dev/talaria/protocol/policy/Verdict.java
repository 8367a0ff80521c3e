package dev.talaria.protocol.policy;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What is to become of a task.
 *
 * @param action what to do
 * @param toModel the model to go on with; with {@link Action#ESCALATE} only
 * @param fromModel the rung that it comes from; the empty string is the profile's default
 * @param count failures that count so far, this one included
 * @param limit at which the task is given up
 * @param source where the limit comes from
 * @param reason in words, for an operator
 * @param notBefore epoch seconds before which no new run is opened, or absent for at once
 * @param history what is now known about the task; the next judgement starts from it
 * @param budget with {@link Action#BLOCK}: the bound that is used up, where that is why
 */
public record Verdict(
    Action action,
    @Nullable String toModel,
    @Nullable String fromModel,
    int count,
    int limit,
    LimitSource source,
    String reason,
    @Nullable Long notBefore,
    TaskHistory history,
    @Nullable UsedUp budget) {

  /** One that has nothing to do with a budget. */
  public Verdict(
      Action action,
      @Nullable String toModel,
      @Nullable String fromModel,
      int count,
      int limit,
      LimitSource source,
      String reason,
      @Nullable Long notBefore,
      TaskHistory history) {
    this(action, toModel, fromModel, count, limit, source, reason, notBefore, history, null);
  }

  /** Whether the task is to run again. */
  public boolean goesOn() {
    return action == Action.RETRY || action == Action.ESCALATE;
  }

  /** The four answers. */
  public enum Action {
    @JsonProperty("retry")
    RETRY,
    @JsonProperty("escalate")
    ESCALATE,
    @JsonProperty("give_up")
    GIVE_UP,
    @JsonProperty("block")
    BLOCK
  }
}
