package dev.talaria.board.dispatch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.text.BoardJson;
import org.jspecify.annotations.Nullable;

/**
 * How a granted run ended, as the dispatcher judged it.
 *
 * @param kind the event's kind, for example {@code crashed}
 * @param outcome the closed run's status and outcome
 * @param error stored with the run, and on the task (500 code points) when it counts
 * @param payload the event's payload, also kept as the run's metadata
 * @param countsInColumn whether {@code consecutive_failures}, which hermes reads, grows by one
 * @param sourceStatus the status to return to; null means the one that the run was claimed from
 */
public record RunEnd(
    String kind,
    String outcome,
    @Nullable String error,
    ObjectNode payload,
    Hold hold,
    boolean countsInColumn,
    @Nullable String sourceStatus) {

  /** Whether the task waits for a verdict before it may be claimed again. */
  public sealed interface Hold {}

  /** Claimable at once. */
  public record NoHold() implements Hold {}

  /**
   * Held until a verdict is applied.
   *
   * @param until epoch seconds, when the fall-back may decide
   * @param policyJson the policy in force for this task
   */
  public record AwaitDecision(long until, @Nullable String policyJson) implements Hold {}

  /** An end that does not count and holds nothing back. */
  public static RunEnd of(String kind, String outcome) {
    return new RunEnd(kind, outcome, null, BoardJson.object(), new NoHold(), false, null);
  }

  public RunEnd withError(@Nullable String value) {
    return new RunEnd(kind, outcome, value, payload, hold, countsInColumn, sourceStatus);
  }

  public RunEnd withPayload(ObjectNode value) {
    return new RunEnd(kind, outcome, error, value, hold, countsInColumn, sourceStatus);
  }

  public RunEnd awaitingDecision(long until, @Nullable String policyJson) {
    return new RunEnd(
        kind,
        outcome,
        error,
        payload,
        new AwaitDecision(until, policyJson),
        countsInColumn,
        sourceStatus);
  }

  public RunEnd counted() {
    return new RunEnd(kind, outcome, error, payload, hold, true, sourceStatus);
  }

  public RunEnd returningTo(String status) {
    return new RunEnd(kind, outcome, error, payload, hold, countsInColumn, status);
  }
}
