package dev.talaria.board.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Board;
import dev.talaria.board.BoardFixture;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.BoardStoreException;
import dev.talaria.board.Python;
import dev.talaria.board.TaskIds;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files of every age that hermes has left behind (contract 2.3), made by SQL that knows nothing of ours. */
class LegacyMigrationTest {
  private static final BoardOptions OPTIONS = new BoardOptions(
      () -> Instant.ofEpochSecond(BoardFixture.START), TaskIds.random(new Random(1)), 20_000);

  private static final String OLDEST = """
      CREATE TABLE tasks (id TEXT PRIMARY KEY, title TEXT NOT NULL, body TEXT, assignee TEXT, status TEXT NOT NULL,
        priority INTEGER DEFAULT 0, created_by TEXT, created_at INTEGER NOT NULL, started_at INTEGER,
        completed_at INTEGER, workspace_kind TEXT NOT NULL DEFAULT 'scratch', workspace_path TEXT, claim_lock TEXT,
        claim_expires INTEGER, spawn_failures INTEGER, last_spawn_error TEXT)
      """;
  private static final String OLD_EVENTS =
      "CREATE TABLE task_events (id INTEGER PRIMARY KEY AUTOINCREMENT, task_id TEXT NOT NULL, kind TEXT NOT NULL, payload TEXT, created_at INTEGER NOT NULL)";
  private static final String OLD_KINDS =
      "INSERT INTO task_events (task_id, kind, created_at) VALUES ('t_a', 'ready', 1), ('t_a', 'priority', 1), ('t_a', 'spawn_auto_blocked', 1), ('t_a', 'promoted', 2), ('t_a', 'unheard_of', 2)";
  private static final String RUNNING =
      "INSERT INTO tasks (id, title, assignee, status, created_at, started_at, claim_lock, claim_expires) VALUES ('t_run', 'r', 'coder', 'running', 3, 5, 'h:1', 99), ('t_new', 'n', NULL, 'running', 3, NULL, NULL, NULL), ('t_a', 'a', 'coder', 'ready', 4, NULL, NULL, NULL)";

  /** A form that a file may have. */
  enum Form {
    OLDEST_OF_ALL(
        OLDEST,
        OLD_EVENTS,
        "CREATE TABLE task_links (parent_id TEXT NOT NULL, child_id TEXT NOT NULL, PRIMARY KEY (parent_id, child_id))",
        "CREATE TABLE task_comments (id INTEGER PRIMARY KEY AUTOINCREMENT, task_id TEXT NOT NULL, author TEXT NOT NULL, body TEXT NOT NULL, created_at INTEGER NOT NULL)",
        RUNNING,
        OLD_KINDS,
        "INSERT INTO task_comments (task_id, author, body, created_at) VALUES ('t_a', 'me', 'grüße', 9)",
        "UPDATE tasks SET spawn_failures = 3, last_spawn_error = 'no such profile' WHERE id = 't_a'"),
    ONLY_TASKS(OLDEST, RUNNING),
    FAILURES_ALREADY_COPIED(
        OLDEST,
        "ALTER TABLE tasks ADD COLUMN consecutive_failures INTEGER NOT NULL DEFAULT 0",
        RUNNING,
        "UPDATE tasks SET spawn_failures = 9, last_spawn_error = 'old', consecutive_failures = 1"),
    ONLY_THE_ERROR_IS_OLD(
        OLDEST.replace("spawn_failures INTEGER, ", ""),
        RUNNING,
        "UPDATE tasks SET last_spawn_error = 'old' WHERE id = 't_a'"),
    HALF_WAY(
        OLDEST,
        OLD_EVENTS,
        "ALTER TABLE tasks ADD COLUMN tenant TEXT",
        "ALTER TABLE tasks ADD COLUMN result TEXT",
        "ALTER TABLE tasks ADD COLUMN model_override TEXT",
        "ALTER TABLE task_events ADD COLUMN run_id INTEGER",
        RUNNING,
        OLD_KINDS),
    WITHOUT_INDEXES(true, RUNNING),
    WITHOUT_LATE_INDEXES(
        true,
        "CREATE INDEX idx_tasks_status ON tasks(status)",
        "CREATE INDEX idx_links_child ON task_links(child_id)"),
    WITHOUT_SUBSCRIPTIONS(true, "DROP TABLE kanban_notify_subs"),
    SUBSCRIPTIONS_WITHOUT_PROFILE(
        true,
        "DROP TABLE kanban_notify_subs",
        "CREATE TABLE kanban_notify_subs (task_id TEXT NOT NULL, platform TEXT NOT NULL, chat_id TEXT NOT NULL, thread_id TEXT NOT NULL DEFAULT '', user_id TEXT, created_at INTEGER NOT NULL, last_event_id INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (task_id, platform, chat_id, thread_id))",
        "INSERT INTO kanban_notify_subs (task_id, platform, chat_id, created_at) VALUES ('t_a', 'mail', 'me', 1)"),
    WITHOUT_RUNS(true, "DROP TABLE task_runs", RUNNING),
    OLD_NAMES_OF_EVENTS(true, RUNNING, OLD_KINDS, "UPDATE task_events SET run_id = 7"),
    SOME_RUNNING_WITH_RUNS(
        true,
        RUNNING,
        "INSERT INTO tasks (id, title, status, created_at, current_run_id, max_runtime_seconds) VALUES ('t_ok', 'ok', 'running', 3, 40, 60)",
        "INSERT INTO task_runs (id, task_id, status, started_at) VALUES (40, 't_ok', 'running', 4)",
        "UPDATE tasks SET worker_pid = 77, last_heartbeat_at = 8, max_runtime_seconds = 60, current_step_key = 'k' WHERE id = 't_run'"),
    WITH_TEXTS_FOR_TIMES(
        OLDEST,
        RUNNING,
        "UPDATE tasks SET created_at = '2023-01-02T03:04:05', started_at = '2023-01-02 03:04:06+00:00', claim_expires = '17.5' WHERE id = 't_run'"),
    WITH_SKILLS_OF_ALL_KINDS(
        true,
        "INSERT INTO tasks (id, title, status, created_at, skills) VALUES ('s_1', 's', 'todo', 1, '[\"\\u00e4\", \"b\"]'), ('s_2', 's', 'todo', 1, '[]'), ('s_3', 's', 'todo', 1, NULL), ('s_4', 's', 'todo', 1, 'not json ['), ('s_5', 's', 'todo', 1, '{}')"),
    WITH_MORE_THAN_IS_KNOWN(
        true,
        "ALTER TABLE tasks ADD COLUMN fancy TEXT DEFAULT 'x'",
        "CREATE TABLE own_things (id INTEGER PRIMARY KEY)",
        "CREATE INDEX own_index ON tasks(title)",
        RUNNING,
        OLD_KINDS);

    private final List<String> statements = new ArrayList<>();

    Form(String... statements) {
      this(false, statements);
    }

    Form(boolean present, String... statements) {
      if (present) {
        this.statements.addAll(HermesSchema.TABLE_DDL);
      }
      this.statements.addAll(List.of(statements));
    }
  }

  /**
   * What the contract says that hermes does at each opening: every statement commits by itself, a column that another
   * has added meanwhile is passed over.
   */
  private static final String HERMES = """
      import json, sqlite3, sys
      given = json.load(sys.stdin)
      now = given["now"]
      def columns(db, table):
          return [row[1] for row in db.execute("PRAGMA table_info(%s)" % table)]
      def add(db, table, column, form):
          if column in columns(db, table):
              return False
          try:
              db.execute("ALTER TABLE %s ADD COLUMN %s %s" % (table, column, form))
              return True
          except sqlite3.OperationalError as e:
              if "duplicate column name" not in str(e):
                  raise
              return False
      def migrate(db, path):
          for ddl in given["tables"]:
              db.execute(ddl)
          open(path + ".begun", "w").close()
          for column, form in given["late"].items():
              added = add(db, "tasks", column, form)
              if added and column == "consecutive_failures" and "spawn_failures" in columns(db, "tasks"):
                  db.execute("UPDATE tasks SET consecutive_failures = COALESCE(spawn_failures, 0)")
              if added and column == "last_failure_error" and "last_spawn_error" in columns(db, "tasks"):
                  db.execute("UPDATE tasks SET last_failure_error = last_spawn_error")
          add(db, "task_events", "run_id", "INTEGER")
          add(db, "kanban_notify_subs", "notifier_profile", "TEXT")
          for ddl in given["indexes"]:
              db.execute(ddl)
          db.execute("BEGIN IMMEDIATE")
          for row in db.execute("SELECT id, assignee, current_step_key, claim_lock, claim_expires, worker_pid, max_runtime_seconds, last_heartbeat_at, started_at FROM tasks WHERE status = 'running' AND current_run_id IS NULL").fetchall():
              run = db.execute("INSERT INTO task_runs (task_id, profile, step_key, status, claim_lock, claim_expires, worker_pid, max_runtime_seconds, last_heartbeat_at, started_at) VALUES (?, ?, ?, 'running', ?, ?, ?, ?, ?, ?)",
                               row[:8] + (row[8] if row[8] is not None else now,)).lastrowid
              if db.execute("UPDATE tasks SET current_run_id = ? WHERE id = ? AND current_run_id IS NULL", (run, row[0])).rowcount == 0:
                  db.execute("UPDATE task_runs SET status = 'reclaimed', outcome = 'reclaimed', ended_at = ? WHERE id = ?", (now, run))
          db.execute("COMMIT")
          for old, new in (("ready", "promoted"), ("priority", "reprioritized"), ("spawn_auto_blocked", "gave_up")):
              db.execute("UPDATE task_events SET kind = ? WHERE kind = ?", (new, old))
      def look(db):
          names = lambda kind: sorted(r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type = ? AND name NOT LIKE 'talaria%' AND name NOT LIKE 'sqlite%'", (kind,)))
          out = {"indexes": names("index"), "tables": names("table")}
          for table in out["tables"]:
              out[table + " columns"] = sorted([c[1], c[2], c[3], c[4], c[5]] for c in db.execute("PRAGMA table_info(%s)" % table))
              order = sorted(columns(db, table))
              out[table] = sorted(([[n, repr(v)] for n, v in zip(order, row)] for row in db.execute("SELECT %s FROM %s" % (", ".join(order), table))), key=repr)
          return out
      for what, path in zip(sys.argv[1::2], sys.argv[2::2]):
          db = sqlite3.connect(path, isolation_level=None, timeout=30)
          db.execute("PRAGMA synchronous = OFF")
          if what == "migrate":
              migrate(db, path)
          print(json.dumps(look(db)))
          db.close()
      """;

  @TempDir
  Path directory;

  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("kanban.db");
  }

  @ParameterizedTest
  @EnumSource
  void shouldBecomeWhatHermesMakesOfItAndStaySo(Form form) throws Exception {
    Python.assume();
    execute(file, form.statements);
    Path theirs = Files.copy(file, directory.resolve("theirs.db"));

    Board.open(file, OPTIONS).close();
    Path once = Files.copy(file, directory.resolve("once.db"));
    assertThat(copies())
        .singleElement()
        .satisfies(copy -> assertThat(copy).hasFileName("kanban.db.legacy-1700000000.bak"));
    try (Board board = Board.open(file, OPTIONS)) {
      assertThat(board.legacyCopy()).isEmpty();
      assertThat(board.integrityCheck()).isEmpty();
    }
    assertThat(copies()).as("no second copy").hasSize(1);

    String[] seen = hermes(
            "look",
            theirs,
            "migrate",
            theirs,
            "look",
            copies().get(0),
            "look",
            once,
            "look",
            file,
            "migrate",
            file)
        .split("\n");
    String before = seen[0];
    String expected = seen[1];
    assertThat(seen[2]).as("the copy is as the file was").isEqualTo(before);
    assertThat(seen[3]).as("as hermes does it").isEqualTo(expected);
    assertThat(seen[4]).as("a second time").isEqualTo(expected);
    assertThat(seen[5]).as("hermes finds nothing to do").isEqualTo(expected);
  }

  @Test
  void shouldReadWhatOldFormsHold() throws Exception {
    execute(file, Form.WITH_SKILLS_OF_ALL_KINDS.statements);
    try (Board board = Board.open(file, OPTIONS)) {
      assertThat(task(board, "s_1").skills()).containsExactly("ä", "b");
      assertThat(task(board, "s_2").skills()).isEmpty();
      for (String none : List.of("s_3", "s_4", "s_5")) {
        assertThat(task(board, none).skills()).as(none).isNull();
      }
    }
    file = directory.resolve("times.db");
    execute(file, Form.WITH_TEXTS_FOR_TIMES.statements);
    try (Board board = Board.open(file, OPTIONS)) {
      Task task = task(board, "t_run");
      assertThat(task.createdAt()).isEqualTo(1_672_628_645L);
      assertThat(task.startedAt()).isEqualTo(1_672_628_646L);
      assertThat(board.read(tx -> Tasks.runs(tx, "t_run")).get(0).startedAt())
          .isEqualTo(1_672_628_646L);
    }
  }

  @Test
  void shouldMakeNoCopyOfABoardThatHermesKeepsUpToDate() throws Exception {
    List<String> current = new ArrayList<>(HermesSchema.TABLE_DDL);
    current.addAll(HermesSchema.INDEX_DDL);
    current.add(RUNNING);
    execute(file, current);
    Board.open(file, OPTIONS).close();
    assertThat(copies()).isEmpty();
  }

  @Test
  void shouldLeaveTheOldFormWhenItFailsHalfWay() throws Exception {
    Python.assume();
    execute(file, Form.OLDEST_OF_ALL.statements);
    // fires after the columns were added, when the failures are copied
    execute(
        file,
        List.of(
            "CREATE TRIGGER stop BEFORE UPDATE ON tasks BEGIN SELECT RAISE(ABORT, 'power cut'); END"));
    String before = hermes("look", file);
    assertThatThrownBy(() -> Board.open(file, OPTIONS))
        .isInstanceOf(BoardStoreException.class)
        .hasMessageContaining("power cut");
    assertThat(hermes("look", file)).isEqualTo(before);
    assertThat(copies()).hasSize(1);

    execute(file, List.of("DROP TRIGGER stop"));
    Board.open(file, OPTIONS).close();
    assertThat(hermes("look", file)).isNotEqualTo(before).contains("consecutive_failures");
    assertThat(copies()).as("under another name").hasSize(2);
  }

  @Test
  void shouldBeDoneOnceWhenManyOpenItAtOnce() throws Exception {
    execute(file, Form.OLDEST_OF_ALL.statements);
    openAtOnce(6);
    assertThat(copies()).hasSize(1);
    try (Board board = Board.open(file, OPTIONS)) {
      List<Run> runs = board.read(tx -> Tasks.runs(tx, "t_run"));
      assertThat(runs).hasSize(1);
      assertThat(task(board, "t_a").consecutiveFailures()).isEqualTo(3);
    }
  }

  @Test
  void shouldMakeOneNewBoardWhenManyOpenItAtOnce() throws Exception {
    openAtOnce(6);
    try (Board board = Board.open(file, OPTIONS)) {
      assertThat(board.integrityCheck()).isEmpty();
    }
    assertThat(copies()).isEmpty();
  }

  @Test
  void shouldAgreeWithAHermesThatMigratesAtTheSameTime() throws Exception {
    Python.assume();
    Path theirs = directory.resolve("theirs.db");
    execute(theirs, Form.OLDEST_OF_ALL.statements);
    String expected = hermes("migrate", theirs);
    for (int round = 0; round < 2; round++) {
      file = directory.resolve("race" + round + ".db");
      execute(file, Form.OLDEST_OF_ALL.statements);
      ExecutorService other = Executors.newSingleThreadExecutor();
      try {
        Future<String> hermes = other.submit(() -> hermes("migrate", file));
        Path begun = Path.of(file + ".begun");
        if (round > 0) { // both are at it, at different points
          await().pollInterval(Duration.ofMillis(1)).until(() -> Files.exists(begun));
        }
        Board.open(file, OPTIONS).close();
        hermes.get();
      } finally {
        other.shutdownNow();
      }
      Board.open(file, OPTIONS).close();
      assertThat(hermes("look", file)).isEqualTo(expected);
    }
  }

  private void openAtOnce(int many) throws Exception {
    var barrier = new CyclicBarrier(many);
    ExecutorService threads = Executors.newFixedThreadPool(many);
    try {
      List<Future<?>> opened = new ArrayList<>();
      for (int i = 0; i < many; i++) {
        opened.add(threads.submit(() -> {
          barrier.await();
          Board.openOrCreate(file, OPTIONS).close();
          return null;
        }));
      }
      for (Future<?> one : opened) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static Task task(Board board, String id) {
    return board.read(tx -> Tasks.find(tx, id)).orElseThrow();
  }

  private List<Path> copies() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(path -> path.toString().contains(".legacy-")).toList();
    }
  }

  /** What hermes sees, one line each, having done what it is told first. */
  private String hermes(Object... whatAndWhere) {
    ObjectNode given = BoardJson.object().put("now", BoardFixture.START);
    given.set("tables", BoardJson.array(HermesSchema.TABLE_DDL));
    given.set("indexes", BoardJson.array(HermesSchema.INDEX_DDL));
    ObjectNode late = given.putObject("late");
    HermesSchema.LATE_TASK_COLUMNS.forEach(late::put);
    String[] arguments = Stream.of(whatAndWhere).map(Object::toString).toArray(String[]::new);
    return Python.run(directory, HERMES, given.toString(), arguments);
  }

  private static void execute(Path board, List<String> statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + board);
        var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
