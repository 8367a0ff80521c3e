package dev.talaria.board.schema;

import java.util.List;
import java.util.Map;

/** Talaria's own tables and indexes. hermes ignores them; comments in the DDL stay readable in the file. */
final class TalariaSchema {
  /** Grows with each change that an older Talaria could not work with. */
  static final int VERSION = 2;

  /** What the event log tells about breaker and sticky blocks; queries must repeat this condition word for word. */
  static final String GATE_KINDS = "kind IN ('blocked', 'gave_up', 'unblocked')";

  static final String VERSION_KEY = "schema_version";

  private static final String META = """
      CREATE TABLE IF NOT EXISTS talaria_meta ( -- facts about this file; written by whoever opens or dispatches it
          key TEXT PRIMARY KEY,                 -- schema_version, board, lineage, partitions, dispatch_accepted ...
          value TEXT NOT NULL                   -- always text, numbers in decimal
      )
      """;

  private static final String HOLDS = """
      CREATE TABLE IF NOT EXISTS talaria_holds ( -- tasks that no launcher may be given; written by the dispatcher
          task_id TEXT PRIMARY KEY,
          run_id INTEGER NOT NULL,               -- the run whose end is judged
          reason TEXT NOT NULL,                  -- 'decision' (verdict awaited), 'backoff' (given), 'guard', 'stopping'
          since INTEGER NOT NULL,                -- epoch seconds
          until INTEGER,                         -- epoch seconds; decision: fall-back may decide; others: not before
          policy TEXT                            -- JSON of the policy in force when the run ended
      )
      """;

  private static final String RUNS = """
      CREATE TABLE IF NOT EXISTS talaria_runs ( -- runs granted to launchers; written by the dispatcher
          run_id INTEGER PRIMARY KEY,           -- task_runs.id
          launcher TEXT NOT NULL,               -- host/launcher/name
          incarnation INTEGER NOT NULL,         -- of the launcher at the grant
          instance TEXT NOT NULL,               -- random id of that start of the launcher
          granted_at INTEGER NOT NULL,          -- epoch seconds, as are the next two
          started_at INTEGER,                   -- the launcher said that the worker started
          exited_at INTEGER,                    -- the launcher said that the worker ended, or it was given up
          source_status TEXT,                   -- the task's status before the claim: 'ready' or 'review'
          model TEXT                            -- as reported by the launcher
      )
      """;

  private static final String COMMANDS = """
      CREATE TABLE IF NOT EXISTS talaria_commands ( -- applied commands, kept a day; written by the dispatcher
          command_id TEXT PRIMARY KEY,
          kind TEXT NOT NULL,
          outcome TEXT NOT NULL,                    -- what was answered
          detail TEXT,                              -- why, or JSON that the answer is built from again
          run_id INTEGER,                           -- of a grant
          applied_at INTEGER NOT NULL               -- epoch seconds
      )
      """;

  private static final String INBOX = """
      CREATE TABLE IF NOT EXISTS talaria_inbox ( -- consumer offsets, moved with their effects; by the dispatcher
          topic TEXT NOT NULL,
          partition INTEGER NOT NULL,
          topic_id TEXT NOT NULL,                -- a topic made anew under its old name has another id
          partitions INTEGER NOT NULL,           -- count when the offset was written
          next_offset INTEGER NOT NULL,          -- first record not yet applied
          PRIMARY KEY (topic, partition)
      )
      """;

  private static final String PROCESSES = """
      CREATE TABLE IF NOT EXISTS talaria_processes ( -- workers of this host without a launcher; by dispatchers
          run_id INTEGER PRIMARY KEY,                -- task_runs.id
          pid INTEGER NOT NULL,
          identity TEXT NOT NULL,                    -- start time and boot: an id alone is given out again
          seen_at INTEGER NOT NULL                   -- epoch seconds
      )
      """;

  private static final String SCRATCH = """
      CREATE TABLE IF NOT EXISTS talaria_scratch ( -- completed tasks whose scratch workspace is to go; by dispatchers
          task_id TEXT PRIMARY KEY,
          run_id INTEGER,                          -- that completed it, NULL when none did
          since INTEGER NOT NULL                   -- epoch seconds of the completion
      )
      """;

  private static final String WAIVERS = """
      CREATE TABLE IF NOT EXISTS talaria_waivers ( -- runs granted above the ceiling; by an operator's unblock --more
          task_id TEXT PRIMARY KEY,
          more INTEGER NOT NULL,                   -- runs above the ceiling
          author TEXT,
          granted_at INTEGER NOT NULL              -- epoch seconds; ends a day later, as the runs it made room for
      )
      """;

  private static final String SCHEDULES = """
      CREATE TABLE IF NOT EXISTS talaria_schedules ( -- scheduled tasks that are to wake by themselves; by 'schedule --at'
          task_id TEXT PRIMARY KEY,
          at INTEGER NOT NULL,                       -- epoch seconds, when the task is let go
          author TEXT,
          set_at INTEGER NOT NULL,                   -- epoch seconds
          event_id INTEGER NOT NULL                  -- task_events.id of the schedule; a row of an older one means nothing
      )
      """;

  private static final String TRIAGE_ATTEMPTS = """
      CREATE TABLE IF NOT EXISTS talaria_triage_attempts ( -- failed automatic divisions; written by the dispatcher
          task_id TEXT PRIMARY KEY,
          attempts INTEGER NOT NULL,
          reason TEXT,                                     -- of the last failure
          last_at INTEGER NOT NULL,                        -- epoch seconds
          next_at INTEGER NOT NULL                         -- epoch seconds; not tried again before
      )
      """;

  private static final String PAUSES = """
      CREATE TABLE IF NOT EXISTS talaria_pauses ( -- operators' orders in force; by 'pause', 'drain', and dispatchers
          scope TEXT NOT NULL,                    -- 'all', 'host', 'launcher', 'board', 'lane'
          target TEXT NOT NULL,                   -- which one; empty for 'all'
          by TEXT NOT NULL,
          reason TEXT,
          since INTEGER NOT NULL,                 -- epoch milliseconds, as is the deadline: they travel so
          act TEXT NOT NULL DEFAULT 'pause',      -- 'pause' or 'drain'
          deadline INTEGER,                       -- of a drain: when workers that still run are stopped
          PRIMARY KEY (act, scope, target)
      )
      """;

  private static final String PAUSE_NOTES = """
      CREATE TABLE IF NOT EXISTS talaria_pause_notes ( -- when orders began and ended, for people; kept 90 days
          id INTEGER PRIMARY KEY,
          at INTEGER NOT NULL,                         -- epoch seconds
          what TEXT NOT NULL,                          -- 'given' or 'taken back'
          act TEXT NOT NULL,
          scope TEXT NOT NULL,
          target TEXT NOT NULL,
          by TEXT NOT NULL,
          reason TEXT
      )
      """;
  private static final String INCIDENTS = """
      CREATE TABLE IF NOT EXISTS talaria_incidents ( -- open ones, as the topology tells of them; by the dispatcher
          key TEXT PRIMARY KEY,                      -- of the topic
          id TEXT NOT NULL,                          -- of this opening
          lane TEXT NOT NULL,
          fingerprint TEXT NOT NULL,
          opened_at INTEGER NOT NULL,                -- epoch seconds
          tasks INTEGER NOT NULL,                    -- how many it hit
          sample TEXT NOT NULL,                      -- ids of some of them, apart by blanks, the newest last
          paused INTEGER NOT NULL,                   -- whether its lane starts nothing but probes
          failed_probes INTEGER NOT NULL,
          next_probe_at INTEGER,                     -- epoch seconds
          probe_task TEXT,                           -- the last probe
          probe_run INTEGER                          -- task_runs.id of it
      )
      """;

  private static final String REQUIREMENTS = """
      CREATE TABLE IF NOT EXISTS talaria_requirements ( -- labels a launcher must have to get a task; by 'create --require'
          task_id TEXT NOT NULL,
          key TEXT NOT NULL,
          value TEXT NOT NULL,
          PRIMARY KEY (task_id, key)
      ) WITHOUT ROWID
      """;

  // the tenant before the age: the oldest of each tenant is found without reading the others' tasks
  private static final String READY_INDEX =
      "CREATE INDEX IF NOT EXISTS talaria_ready ON tasks(assignee, priority DESC, tenant, created_at,"
          + " workspace_kind) WHERE status = 'ready'";
  // the review column is worked on as the ready one
  private static final String REVIEW_INDEX =
      READY_INDEX.replace("talaria_ready", "talaria_review").replace("'ready'", "'review'");

  /** Indexes that had fewer columns under the same name; an older Talaria works with the newer ones too. */
  static final Map<String, String> REDEFINED =
      Map.of("talaria_ready", READY_INDEX, "talaria_review", REVIEW_INDEX);

  private static final String FLEET = """
      CREATE TABLE IF NOT EXISTS talaria_fleet ( -- what the board's dispatcher knows, for 'why'; by the dispatcher
          name TEXT PRIMARY KEY,                 -- 'dispatcher', or a launcher as host/launcher/name
          facts TEXT NOT NULL,                   -- JSON; written when it changes, the dispatcher's also once a minute
          seen_at INTEGER NOT NULL               -- epoch seconds of the last writing
      )
      """;

  static final List<String> DDL = List.of(
      META,
      HOLDS,
      RUNS,
      COMMANDS,
      INBOX,
      WAIVERS,
      TRIAGE_ATTEMPTS,
      SCHEDULES,
      "CREATE INDEX IF NOT EXISTS talaria_schedules_due ON talaria_schedules(at)",
      PROCESSES,
      SCRATCH,
      PAUSES,
      PAUSE_NOTES,
      INCIDENTS,
      REQUIREMENTS,
      FLEET,
      "CREATE INDEX IF NOT EXISTS talaria_runs_live ON talaria_runs(launcher) WHERE exited_at IS NULL",
      "CREATE INDEX IF NOT EXISTS talaria_commands_age ON talaria_commands(applied_at)",
      "CREATE INDEX IF NOT EXISTS talaria_holds_due ON talaria_holds(until)",
      READY_INDEX,
      // the order of a list: without it the first page of a million tasks is a sort of them all
      "CREATE INDEX IF NOT EXISTS talaria_listed ON tasks(priority DESC, created_at)"
          + " WHERE status <> 'archived'",
      REVIEW_INDEX,
      // a worker's context names the newest work of its profile; without it each grant sorts all
      // runs
      "CREATE INDEX IF NOT EXISTS talaria_recent ON task_runs(profile, ended_at DESC, id)"
          + " WHERE outcome = 'completed'",
      // the three of the diagnostics: they hold only what went wrong, so that nothing else pays
      // for them
      "CREATE INDEX IF NOT EXISTS talaria_warnings ON task_events(kind, task_id)"
          + " WHERE kind IN ('completion_blocked_hallucination', 'suspected_hallucinated_references')",
      "CREATE INDEX IF NOT EXISTS talaria_failing ON tasks(consecutive_failures)"
          + " WHERE consecutive_failures > 0",
      "CREATE INDEX IF NOT EXISTS talaria_crashes ON task_runs(task_id) WHERE outcome = 'crashed'",
      "CREATE INDEX IF NOT EXISTS talaria_stops ON task_events(task_id, id) WHERE " + GATE_KINDS);

  /**
   * Indexes of version 1 that cost more than they gave: running tasks are few enough to be read by their status, and a
   * completion need not be in an index that only tasks which gave up are looked up in.
   */
  static final List<String> OBSOLETE =
      List.of("DROP INDEX IF EXISTS talaria_claims", "DROP INDEX IF EXISTS talaria_gates");

  private TalariaSchema() {}
}
