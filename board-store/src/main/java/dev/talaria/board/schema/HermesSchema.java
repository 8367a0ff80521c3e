package dev.talaria.board.schema;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The six tables and thirteen indexes of hermes (contract 2.1, 2.2), so that files can be exchanged. */
final class HermesSchema {
  static final String TASKS = """
      CREATE TABLE IF NOT EXISTS tasks (
          id TEXT PRIMARY KEY,
          title TEXT NOT NULL,
          body TEXT,
          assignee TEXT,
          status TEXT NOT NULL,
          priority INTEGER DEFAULT 0,
          created_by TEXT,
          created_at INTEGER NOT NULL,
          started_at INTEGER,
          completed_at INTEGER,
          workspace_kind TEXT NOT NULL DEFAULT 'scratch',
          workspace_path TEXT,
          branch_name TEXT,
          claim_lock TEXT,
          claim_expires INTEGER,
          tenant TEXT,
          result TEXT,
          idempotency_key TEXT,
          consecutive_failures INTEGER NOT NULL DEFAULT 0,
          worker_pid INTEGER,
          last_failure_error TEXT,
          max_runtime_seconds INTEGER,
          last_heartbeat_at INTEGER,
          current_run_id INTEGER,
          workflow_template_id TEXT,
          current_step_key TEXT,
          skills TEXT,
          model_override TEXT,
          max_retries INTEGER,
          session_id TEXT
      )
      """;

  static final String TASK_LINKS = """
      CREATE TABLE IF NOT EXISTS task_links (
          parent_id TEXT NOT NULL,
          child_id TEXT NOT NULL,
          PRIMARY KEY (parent_id, child_id)
      )
      """;

  static final String TASK_COMMENTS = """
      CREATE TABLE IF NOT EXISTS task_comments (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          task_id TEXT NOT NULL,
          author TEXT NOT NULL,
          body TEXT NOT NULL,
          created_at INTEGER NOT NULL
      )
      """;

  static final String TASK_EVENTS = """
      CREATE TABLE IF NOT EXISTS task_events (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          task_id TEXT NOT NULL,
          run_id INTEGER,
          kind TEXT NOT NULL,
          payload TEXT,
          created_at INTEGER NOT NULL
      )
      """;

  static final String TASK_RUNS = """
      CREATE TABLE IF NOT EXISTS task_runs (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          task_id TEXT NOT NULL,
          profile TEXT,
          step_key TEXT,
          status TEXT NOT NULL,
          claim_lock TEXT,
          claim_expires INTEGER,
          worker_pid INTEGER,
          max_runtime_seconds INTEGER,
          last_heartbeat_at INTEGER,
          started_at INTEGER NOT NULL,
          ended_at INTEGER,
          outcome TEXT,
          summary TEXT,
          metadata TEXT,
          error TEXT
      )
      """;

  static final String NOTIFY_SUBS = """
      CREATE TABLE IF NOT EXISTS kanban_notify_subs (
          task_id TEXT NOT NULL,
          platform TEXT NOT NULL,
          chat_id TEXT NOT NULL,
          thread_id TEXT NOT NULL DEFAULT '',
          user_id TEXT,
          notifier_profile TEXT,
          created_at INTEGER NOT NULL,
          last_event_id INTEGER NOT NULL DEFAULT 0,
          PRIMARY KEY (task_id, platform, chat_id, thread_id)
      )
      """;

  static final List<String> TABLE_DDL =
      List.of(TASKS, TASK_LINKS, TASK_COMMENTS, TASK_EVENTS, TASK_RUNS, NOTIFY_SUBS);

  static final List<String> INDEX_DDL = List.of(
      "CREATE INDEX IF NOT EXISTS idx_tasks_assignee_status ON tasks(assignee, status)",
      "CREATE INDEX IF NOT EXISTS idx_tasks_status ON tasks(status)",
      "CREATE INDEX IF NOT EXISTS idx_tasks_tenant ON tasks(tenant)",
      "CREATE INDEX IF NOT EXISTS idx_tasks_idempotency ON tasks(idempotency_key)",
      "CREATE INDEX IF NOT EXISTS idx_tasks_session_id ON tasks(session_id)",
      "CREATE INDEX IF NOT EXISTS idx_links_child ON task_links(child_id)",
      "CREATE INDEX IF NOT EXISTS idx_links_parent ON task_links(parent_id)",
      "CREATE INDEX IF NOT EXISTS idx_comments_task ON task_comments(task_id, created_at)",
      "CREATE INDEX IF NOT EXISTS idx_events_task ON task_events(task_id, created_at)",
      "CREATE INDEX IF NOT EXISTS idx_events_run ON task_events(run_id, id)",
      "CREATE INDEX IF NOT EXISTS idx_runs_task ON task_runs(task_id, started_at)",
      "CREATE INDEX IF NOT EXISTS idx_runs_status ON task_runs(status)",
      "CREATE INDEX IF NOT EXISTS idx_notify_task ON kanban_notify_subs(task_id)");

  static final List<String> INDEXES =
      INDEX_DDL.stream().map(ddl -> ddl.split(" ", -1)[5]).toList();

  /** What a file of any age must have in {@code tasks} to be a board at all. */
  static final Set<String> OLDEST_TASK_COLUMNS = Set.of(
      "id",
      "title",
      "body",
      "assignee",
      "status",
      "priority",
      "created_by",
      "created_at",
      "started_at",
      "completed_at",
      "workspace_kind",
      "workspace_path",
      "claim_lock",
      "claim_expires");

  /** Columns that older files lack, with their declarations, in hermes's order. */
  static final Map<String, String> LATE_TASK_COLUMNS = lateTaskColumns();

  static final Map<String, Set<String>> OTHER_COLUMNS = Map.of(
      "task_links",
      Set.of("parent_id", "child_id"),
      "task_comments",
      Set.of("id", "task_id", "author", "body", "created_at"),
      "task_events",
      Set.of("id", "task_id", "kind", "payload", "created_at"),
      "task_runs",
      Set.of(
          "id",
          "task_id",
          "profile",
          "step_key",
          "status",
          "claim_lock",
          "claim_expires",
          "worker_pid",
          "max_runtime_seconds",
          "last_heartbeat_at",
          "started_at",
          "ended_at",
          "outcome",
          "summary",
          "metadata",
          "error"),
      "kanban_notify_subs",
      Set.of(
          "task_id", "platform", "chat_id", "thread_id", "user_id", "created_at", "last_event_id"));

  private HermesSchema() {}

  private static Map<String, String> lateTaskColumns() {
    Map<String, String> columns = new LinkedHashMap<>();
    columns.put("tenant", "TEXT");
    columns.put("result", "TEXT");
    columns.put("branch_name", "TEXT");
    columns.put("idempotency_key", "TEXT");
    columns.put("consecutive_failures", "INTEGER NOT NULL DEFAULT 0");
    columns.put("worker_pid", "INTEGER");
    columns.put("last_failure_error", "TEXT");
    columns.put("max_runtime_seconds", "INTEGER");
    columns.put("last_heartbeat_at", "INTEGER");
    columns.put("current_run_id", "INTEGER");
    columns.put("workflow_template_id", "TEXT");
    columns.put("current_step_key", "TEXT");
    columns.put("skills", "TEXT");
    columns.put("max_retries", "INTEGER");
    columns.put("model_override", "TEXT");
    columns.put("session_id", "TEXT");
    return java.util.Collections.unmodifiableMap(columns);
  }
}
