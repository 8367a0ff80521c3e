package dev.talaria.cli.replay.story;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.talaria.protocol.policy.Verdict.Action;
import org.jspecify.annotations.Nullable;

/**
 * What was decided about the end of a run.
 *
 * @param by {@code topology}, {@code dispatcher} (its fall-back, when the topology's did not come in time), or {@code hermes}
 * @param action what to do
 * @param rule which part of the policy said so
 * @param count failures that counted, this one included
 * @param limit at which the task is given up; absent where the record does not say
 * @param limitSource {@code task}, {@code board} or {@code default}; hermes says {@code task} or {@code dispatcher}
 * @param fromModel with an escalation; the empty string is the profile's default
 * @param toModel with an escalation
 * @param notBefore epoch seconds before which no run is opened
 * @param reason in words
 * @param decidedAt epoch milliseconds at which the topology decided; absent for the others
 * @param appliedAt epoch seconds at which the board carried it out
 */
public record DecisionTold(
    State state,
    String by,
    Action action,
    Rule rule,
    int count,
    @Nullable Integer limit,
    @Nullable String limitSource,
    @Nullable String fromModel,
    @Nullable String toModel,
    @Nullable Long notBefore,
    String reason,
    @Nullable Long decidedAt,
    @Nullable Long appliedAt) {

  /** What became of the decision. */
  public enum State {
    /** The board carried it out. */
    @JsonProperty("applied")
    APPLIED,
    /** The board has not carried it out yet. */
    @JsonProperty("waiting")
    WAITING,
    /** Somebody, the fall-back or an operator, was faster. */
    @JsonProperty("overtaken")
    OVERTAKEN
  }

  /** Which part of the policy decided. */
  public enum Rule {
    /** The count of failures against the limit. */
    @JsonProperty("limit")
    LIMIT,
    /** The ladder of models. */
    @JsonProperty("ladder")
    LADDER,
    /** Several tasks failed in the same way. */
    @JsonProperty("systemic")
    SYSTEMIC,
    /** What a worker that exits in silence leads to. */
    @JsonProperty("silent_exit")
    SILENT_EXIT,
    /** Waiting for a provider. */
    @JsonProperty("rate_limit")
    RATE_LIMIT,
    /** A fault of the host. */
    @JsonProperty("infra")
    INFRA,
    /** What failed runs may cost. */
    @JsonProperty("budget")
    BUDGET,
    /** Another one; the reason says which. */
    @JsonProperty("other")
    OTHER
  }

  /** Whether it ended the task's attempts. */
  public boolean gaveUp() {
    return state == State.APPLIED && action == Action.GIVE_UP;
  }
}
