package dev.talaria.board.transition;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** How a run ends: its last status and outcome, and what is recorded with it (contract 3.4). */
public record RunClose(
    String status,
    String outcome,
    @Nullable String summary,
    @Nullable String error,
    @Nullable ObjectNode metadata) {

  /** Status and outcome are the same word for every end but a completion. */
  public static RunClose as(String outcome) {
    return new RunClose(outcome, outcome, null, null, null);
  }

  public RunClose withSummary(@Nullable String value) {
    return new RunClose(status, outcome, value, error, metadata);
  }

  public RunClose withError(@Nullable String value) {
    return new RunClose(status, outcome, summary, value, metadata);
  }

  public RunClose withMetadata(@Nullable ObjectNode value) {
    return new RunClose(status, outcome, summary, error, value);
  }
}
