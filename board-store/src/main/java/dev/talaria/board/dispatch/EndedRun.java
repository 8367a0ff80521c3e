package dev.talaria.board.dispatch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Row;
import dev.talaria.board.Tx;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.event.StatusAfter;
import dev.talaria.protocol.policy.PolicyEvent;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run that ended, whoever ended it.
 *
 * @param lane the task's assignee when it was claimed; empty when there was none
 * @param host of the launcher that had it; null for a run without one
 * @param model that its launcher named; null when none did
 * @param outcome the kind of the event that closed it
 * @param failure whose fault it was, as the event says; null when it did not fail, or nobody said
 * @param seconds from claim to end
 */
public record EndedRun(
    String lane,
    @Nullable String host,
    @Nullable String model,
    String outcome,
    @Nullable String failure,
    long seconds) {
  private static final String RUN = """
      SELECT COALESCE(r.profile, '') AS lane, r.started_at, r.ended_at, l.launcher, l.model
        FROM task_runs r
        LEFT JOIN talaria_runs l ON l.run_id = r.id
       WHERE r.id = ?
         AND r.ended_at IS NOT NULL
      """;
  // what is decided about a run later carries its id too
  private static final String EARLIER = """
      SELECT *
        FROM task_events
       WHERE run_id = ?
         AND id < ?
         AND kind NOT IN ('claimed', 'spawned', 'heartbeat', 'claim_extended')
      """;
  private static final String SAYS_ITSELF = "status";

  /** The run that this event closed; empty for an event that closed none. */
  public static Optional<EndedRun> closedBy(Tx tx, EventRow event) {
    Long run = event.runId();
    if (run == null || !endsRuns(event) || isClosedEarlier(tx, run, event.id())) {
      return Optional.empty();
    }
    return tx.first(RUN, row -> of(row, event), run);
  }

  private static boolean isClosedEarlier(Tx tx, long run, long event) {
    return tx.list(EARLIER, EventRow::of, run, event).stream().anyMatch(EndedRun::endsRuns);
  }

  private static boolean endsRuns(EventRow event) {
    // the payload, which may be long, says only which status, but for one kind
    ObjectNode payload = event.kind().equals(SAYS_ITSELF) ? event.payloadObject() : null;
    return StatusAfter.of(event.kind(), payload)
        .filter(status -> !status.equals("running"))
        .isPresent();
  }

  private static EndedRun of(Row row, EventRow event) {
    ObjectNode payload = event.payloadObject();
    String launcher = row.text("launcher");
    Long started = row.seconds("started_at");
    Long ended = row.seconds("ended_at");
    String model = said(payload, PolicyEvent.MODEL);
    return new EndedRun(
        row.requireText("lane"),
        launcher == null ? null : launcher.substring(0, Math.max(0, launcher.indexOf('/'))),
        model == null ? row.text("model") : model,
        event.kind(),
        said(payload, PolicyEvent.CLASS),
        started == null || ended == null ? 0 : Math.max(0, ended - started));
  }

  private static @Nullable String said(@Nullable ObjectNode payload, String key) {
    return payload != null && payload.path(key).isTextual() ? payload.path(key).asText() : null;
  }
}
