package dev.talaria.board.diagnostics;

import dev.talaria.board.Tx;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.event.StatusAfter;
import dev.talaria.board.task.TaskStatus;
import dev.talaria.board.text.BoardJson;
import java.util.List;
import java.util.Optional;

/** A task is ready and has someone to do it, and nobody takes it. */
final class StrandedInReady implements Rule {
  private static final int ERROR_AT = 2;
  private static final int CRITICAL_AT = 6;
  private static final long MINUTE = 60;

  // held tasks wait for a decision or a back-off, not for a worker
  static final String CANDIDATES = "SELECT " + Subject.COLUMNS + """

        FROM tasks t INDEXED BY talaria_ready
       WHERE t.status = 'ready'
         AND t.assignee > ''
         AND t.claim_lock IS NULL
         AND t.created_at <= ?
         AND NOT EXISTS (SELECT 1 FROM talaria_holds h WHERE h.task_id = t.id)
      """;
  private static final String IS_HELD = "SELECT 1 AS n FROM talaria_holds WHERE task_id = ?";

  // each of them makes a task ready, or may; a retry that has just begun to wait is not stranded
  private static final List<String> TO_READY = List.of(
      "created",
      "promoted",
      "promoted_manual",
      "reclaimed",
      "unblocked",
      "crashed",
      "timed_out",
      "stale",
      "spawn_failed",
      "protocol_violation",
      "rate_limited",
      "launcher_lost",
      "interrupted",
      "decided",
      "status");
  static final String NEWEST_FIRST = """
      SELECT *
        FROM task_events
       WHERE task_id = ?
         AND kind IN (SELECT value FROM json_each(?))
       ORDER BY id DESC
       LIMIT 20
      """;
  private static final String KINDS = BoardJson.array(TO_READY).toString();

  @Override
  public List<Subject> candidates(Tx tx, Thresholds thresholds) {
    return tx.list(CANDIDATES, Subject::of, tx.now() - thresholds.strandedSeconds());
  }

  @Override
  public Optional<Diagnostic> check(Facts facts) {
    Subject task = facts.task();
    String assignee = task.assignee();
    if (!task.is(TaskStatus.READY)
        || task.claimLock() != null
        || assignee == null
        || assignee.isEmpty()
        || facts.tx().exists(IS_HELD, task.id())) {
      return Optional.empty();
    }
    long since = readySince(facts);
    long age = facts.now() - since;
    long threshold = facts.thresholds().strandedSeconds();
    if (age < threshold) {
      return Optional.empty();
    }
    var data = BoardJson.object()
        .put("ready_since", since)
        .put("age_seconds", age)
        .put("assignee", assignee)
        .put("threshold_seconds", threshold);
    return Optional.of(new Diagnostic(
        "stranded_in_ready",
        severity(age, threshold),
        "Ready for %d minutes, and nobody takes it".formatted(age / MINUTE),
        "It waits for a worker of '%s'. Either none serves that profile, or all that do are busy."
            .formatted(assignee),
        List.of(
            Action.hint("See who serves what", "talaria assignees").first(),
            Action.reassign(task.id()),
            Action.hint("Start workers on this host", "talaria up")),
        since,
        facts.now(),
        1,
        null,
        data));
  }

  private static Severity severity(long age, long threshold) {
    if (age >= CRITICAL_AT * threshold) {
      return Severity.CRITICAL;
    }
    return age >= ERROR_AT * threshold ? Severity.ERROR : Severity.WARNING;
  }

  private static long readySince(Facts facts) {
    String id = facts.task().id();
    for (EventRow event : facts.tx().list(NEWEST_FIRST, EventRow::of, id, KINDS)) {
      boolean counts = event.kind().equals("created")
          || event.kind().equals("decided")
          || StatusAfter.of(event.kind(), event.payloadObject())
              .filter(TaskStatus.READY::is)
              .isPresent();
      if (counts) {
        return event.createdAt();
      }
    }
    return facts.task().createdAt();
  }
}
