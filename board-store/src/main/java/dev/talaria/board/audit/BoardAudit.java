package dev.talaria.board.audit;

import dev.talaria.board.Tx;
import dev.talaria.board.event.EventRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Checks a whole board against the rules of its status machine. Reads every event, so it is for tests and doctors,
 * not for each opening. A board that came from an old hermes, or whose rows somebody changed by hand, may fail it and
 * still work.
 */
public final class BoardAudit {
  /** Each query names what breaks its rule. */
  private static final Map<String, String> RULES = rules();

  private static final String EVENTS = "SELECT * FROM task_events ORDER BY id";
  private static final String STATUSES = """
      SELECT t.id, t.status,
             EXISTS (SELECT 1
                       FROM task_links l
                       JOIN tasks p ON p.id = l.parent_id
                      WHERE l.child_id = t.id
                        AND p.status NOT IN ('done', 'archived')) AS waits
        FROM tasks t
      """;

  private BoardAudit() {}

  /** What breaks a rule, in words; empty for a board in order. */
  public static List<String> violations(Tx tx) {
    List<String> found = new ArrayList<>();
    RULES.forEach((rule, query) -> {
      List<String> offenders = tx.list(query, row -> String.valueOf(row.text("id")));
      if (!offenders.isEmpty()) {
        found.add("%s: %s".formatted(rule, offenders.subList(0, Math.min(5, offenders.size()))));
      }
    });
    EventReplay replay = new EventReplay();
    tx.list(EVENTS, row -> {
      replay.follow(EventRow.of(row));
      return Boolean.TRUE;
    });
    tx.list(STATUSES, row -> {
      replay.compare(row.requireText("id"), row.requireText("status"), row.number("waits") == 1);
      return Boolean.TRUE;
    });
    found.addAll(replay.violations());
    return found;
  }

  private static Map<String, String> rules() {
    Map<String, String> rules = new LinkedHashMap<>();
    rules.put("a task is running without an open run of its own", """
        SELECT t.id
          FROM tasks t
         WHERE t.status = 'running'
           AND NOT EXISTS (SELECT 1
                             FROM task_runs r
                            WHERE r.id = t.current_run_id
                              AND r.task_id = t.id
                              AND r.ended_at IS NULL)
        """);
    rules.put("a task points at a run and is not running", """
        SELECT id FROM tasks WHERE status <> 'running' AND current_run_id IS NOT NULL
        """);
    rules.put("an open run is not the current one of its task", """
        SELECT r.id
          FROM task_runs r
         WHERE r.ended_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.id = r.task_id AND t.current_run_id = r.id)
        """);
    rules.put("a run is half closed", """
        SELECT id
          FROM task_runs
         WHERE (ended_at IS NULL AND (outcome IS NOT NULL OR status <> 'running'))
            OR (ended_at IS NOT NULL
                AND (outcome IS NULL OR status = 'running' OR claim_lock IS NOT NULL OR claim_expires IS NOT NULL
                     OR worker_pid IS NOT NULL))
        """);
    rules.put("a task that is not running carries a claim", """
        SELECT id
          FROM tasks
         WHERE status <> 'running'
           AND (claim_expires IS NOT NULL OR (claim_lock IS NOT NULL AND claim_lock NOT LIKE 'decision:%'))
        """);
    rules.put("tasks wait for each other", """
        WITH RECURSIVE below(top, id) AS (
          SELECT parent_id, child_id FROM task_links
          UNION
          SELECT b.top, l.child_id FROM task_links l JOIN below b ON l.parent_id = b.id
        )
        SELECT id FROM below WHERE top = id
        """);
    rules.put("rows of a task that is gone", """
        SELECT 'link ' || parent_id || ' ' || child_id AS id
          FROM task_links
         WHERE parent_id NOT IN (SELECT id FROM tasks) OR child_id NOT IN (SELECT id FROM tasks)
        UNION ALL
        SELECT 'run ' || id FROM task_runs WHERE task_id NOT IN (SELECT id FROM tasks)
        UNION ALL
        SELECT 'comment ' || id FROM task_comments WHERE task_id NOT IN (SELECT id FROM tasks)
        UNION ALL
        SELECT 'event ' || id FROM task_events WHERE task_id NOT IN (SELECT id FROM tasks)
        """);
    rules.put("an unknown status", """
        SELECT id
          FROM tasks
         WHERE status NOT IN ('triage', 'todo', 'scheduled', 'ready', 'running', 'blocked', 'review', 'done', 'archived')
        """);
    rules.put(
        "a count of failures below zero", "SELECT id FROM tasks WHERE consecutive_failures < 0");
    return Collections.unmodifiableMap(rules);
  }
}
