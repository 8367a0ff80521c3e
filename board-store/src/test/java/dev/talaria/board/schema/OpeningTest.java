package dev.talaria.board.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.board.Board;
import dev.talaria.board.BoardFixture;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.CorruptBackup;
import dev.talaria.board.DamagedBoardException;
import dev.talaria.board.NewerBoardException;
import dev.talaria.board.NotABoardException;
import dev.talaria.board.TaskIds;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.Tasks;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What opening accepts, brings up to date and refuses. */
class OpeningTest {
  private static final BoardOptions OPTIONS = new BoardOptions(
      () -> Instant.ofEpochSecond(BoardFixture.START), TaskIds.random(new Random(1)), 1_000);

  @TempDir
  Path directory;

  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("kanban.db");
  }

  @Test
  void shouldRefuseAMissingFileWithoutMakingOne() {
    assertThatThrownBy(() -> Board.open(file, OPTIONS))
        .isInstanceOf(NotABoardException.class)
        .hasMessageContaining("talaria init");
    assertThat(file).doesNotExist();
  }

  @Test
  void shouldShowHowAForeignFileBeginsAndLeaveItAlone() throws IOException {
    byte[] bytes = "this is a text file, not a board; it is longer than a header"
        .getBytes(StandardCharsets.US_ASCII);
    Files.write(file, bytes);
    assertThatThrownBy(() -> Board.openOrCreate(file, OPTIONS))
        .isInstanceOf(NotABoardException.class)
        .hasMessageContaining("file is not a database")
        .hasMessageContaining("74686973206973");
    assertThat(file).hasBinaryContent(bytes);
    assertThat(directory).isDirectoryNotContaining("glob:**.bak");
  }

  @Test
  void shouldRecogniseATlsRecordWhereAHeaderShouldBe() throws IOException {
    byte[] bytes = new byte[4096];
    System.arraycopy("SQLit".getBytes(StandardCharsets.US_ASCII), 0, bytes, 0, 5);
    System.arraycopy(new byte[] {0x17, 3, 3, 0, 100}, 0, bytes, 5, 5);
    Files.write(file, bytes);
    assertThatThrownBy(() -> Board.open(file, OPTIONS)).hasMessageContaining("TLS record");
    assertThat(file).hasBinaryContent(bytes);
  }

  @Test
  void shouldRefuseAnotherProgramsDatabase() throws Exception {
    execute("CREATE TABLE bookmarks (id INTEGER PRIMARY KEY)");
    assertUnchanged(NotABoardException.class, "no table 'tasks'");
  }

  @Test
  void shouldRefuseATasksTableOfAnotherForm() throws Exception {
    execute("CREATE TABLE tasks (id TEXT PRIMARY KEY, title TEXT)");
    assertUnchanged(NotABoardException.class, "lacks");
  }

  @Test
  void shouldRefuseABoardOfANewerTalaria() throws Exception {
    Board.openOrCreate(file, OPTIONS).close();
    execute("UPDATE talaria_meta SET value = '7' WHERE key = 'schema_version'");
    assertUnchanged(NewerBoardException.class, "talaria schema 7 is newer than this build (2)");
  }

  @Test
  void shouldMakeAnIndexAnewThatHadFewerColumns() throws Exception {
    Board.openOrCreate(file, OPTIONS).close();
    execute("DROP INDEX talaria_ready");
    execute("CREATE INDEX talaria_ready ON tasks(assignee, priority DESC, created_at)"
        + " WHERE status = 'ready'");
    try (Board board = Board.open(file, OPTIONS)) {
      String sql = board.read(tx -> tx.first(
              "SELECT sql FROM sqlite_master WHERE name = 'talaria_ready'",
              row -> row.requireText("sql"))
          .orElseThrow());
      assertThat(sql).contains("priority DESC, tenant, created_at, workspace_kind");
    }
  }

  @Test
  void shouldRefuseADamagedBoardAndKeepItOnRequest() throws Exception {
    Board.openOrCreate(file, OPTIONS).close();
    try (var raw = new RandomAccessFile(file.toFile(), "rw")) {
      raw.setLength(raw.length() / 2 / 4096 * 4096);
    }
    assertUnchanged(DamagedBoardException.class, "damaged");
    Path backup = CorruptBackup.make(file);
    assertThat(backup.getFileName().toString())
        .matches("kanban\\.db\\.corrupt\\.[0-9a-f]{16}\\.bak");
    assertThat(backup).hasBinaryContent(Files.readAllBytes(file));
    assertThat(CorruptBackup.make(file)).as("the same content is kept once").isEqualTo(backup);
  }

  @Test
  void shouldBringALegacyFileUpToDateAndKeepACopy() throws Exception {
    execute(
        """
        CREATE TABLE tasks (id TEXT PRIMARY KEY, title TEXT NOT NULL, body TEXT, assignee TEXT, status TEXT NOT NULL,
          priority INTEGER DEFAULT 0, created_by TEXT, created_at INTEGER NOT NULL, started_at INTEGER,
          completed_at INTEGER, workspace_kind TEXT NOT NULL DEFAULT 'scratch', workspace_path TEXT, claim_lock TEXT,
          claim_expires INTEGER, spawn_failures INTEGER, last_spawn_error TEXT)
        """,
        "CREATE TABLE task_links (parent_id TEXT NOT NULL, child_id TEXT NOT NULL, PRIMARY KEY (parent_id, child_id))",
        "CREATE TABLE task_comments (id INTEGER PRIMARY KEY AUTOINCREMENT, task_id TEXT NOT NULL, author TEXT NOT NULL, body TEXT NOT NULL, created_at INTEGER NOT NULL)",
        "CREATE TABLE task_events (id INTEGER PRIMARY KEY AUTOINCREMENT, task_id TEXT NOT NULL, kind TEXT NOT NULL, payload TEXT, created_at INTEGER NOT NULL)",
        "INSERT INTO tasks (id, title, assignee, status, created_at, started_at, claim_lock, claim_expires, spawn_failures, last_spawn_error) VALUES ('t_run', 'r', 'coder', 'running', '2023-01-02T03:04:05', 5, 'h:1', 99, NULL, NULL)",
        "INSERT INTO tasks (id, title, status, created_at, spawn_failures, last_spawn_error) VALUES ('t_bad', 'b', 'ready', 7, 3, 'no such profile')",
        "INSERT INTO task_events (task_id, kind, created_at) VALUES ('t_bad', 'ready', 1), ('t_bad', 'priority', 1), ('t_bad', 'spawn_auto_blocked', 1)");

    try (var board = Board.open(file, OPTIONS)) {
      Task running = board.read(tx -> Tasks.find(tx, "t_run")).orElseThrow();
      assertThat(running.currentRunId()).isNotNull();
      assertThat(running.createdAt()).as("ISO-8601 in a time column").isEqualTo(1672628645L);
      var runs = board.read(tx -> Tasks.runs(tx, "t_run"));
      assertThat(runs).hasSize(1);
      assertThat(runs.get(0).startedAt()).isEqualTo(5);
      assertThat(runs.get(0).claimLock()).isEqualTo("h:1");
      Task bad = board.read(tx -> Tasks.find(tx, "t_bad")).orElseThrow();
      assertThat(bad.consecutiveFailures()).isEqualTo(3);
      assertThat(bad.lastFailureError()).isEqualTo("no such profile");
      List<String> kinds = board.read(
          tx -> tx.list("SELECT kind FROM task_events ORDER BY id", r -> r.text("kind")));
      assertThat(kinds).containsExactly("promoted", "reprioritized", "gave_up");
      List<String> old = board.read(tx ->
          tx.list("SELECT spawn_failures AS n FROM tasks WHERE id = 't_bad'", r -> r.text("n")));
      assertThat(old).as("old columns stay").containsExactly("3");
    }
    assertThat(directory).isDirectoryContaining("glob:**kanban.db.legacy-*.bak");
    Board.open(file, OPTIONS).close();
    try (var files = Files.list(directory)) {
      assertThat(files.filter(f -> f.toString().endsWith(".bak"))).as("once").hasSize(1);
    }
  }

  @Test
  void shouldAddOwnTablesToABoardThatHermesMade() throws Exception {
    String ownTables =
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'talaria_%' ORDER BY name";
    List<String> tables;
    try (var board = Board.openOrCreate(file, OPTIONS)) {
      tables = board.read(tx -> tx.list(ownTables, row -> row.requireText("name")));
    }
    assertThat(tables).contains("talaria_meta", "talaria_holds");
    for (String table : tables) {
      execute("DROP TABLE " + table);
    }
    Board.open(file, OPTIONS).close();
    try (var board = Board.openReadOnly(file, OPTIONS)) {
      List<String> made = board.read(tx -> tx.list(ownTables, row -> row.requireText("name")));
      assertThat(made).isEqualTo(tables);
      assertThatThrownBy(() -> board.change(tx -> tx.update("DELETE FROM tasks")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("reading only");
    }
    assertThat(directory)
        .as("own tables are no change of form")
        .isDirectoryNotContaining("glob:**.bak");
  }

  @Test
  void shouldNoticeCommitsOfOthersAndFindASoundFileSound() {
    try (var board = Board.openOrCreate(file, OPTIONS);
        var other = Board.open(file, OPTIONS)) {
      long before = board.dataVersion();
      assertThat(board.dataVersion()).isEqualTo(before);
      other.change(tx -> BoardFacts.put(tx, BoardFacts.LINEAGE, "2"));
      assertThat(board.dataVersion()).isNotEqualTo(before);
      assertThat(board.integrityCheck()).isEmpty();
      Path copy = directory.resolve("copy.db");
      board.copyTo(copy);
      try (var copied = Board.open(copy, OPTIONS)) {
        assertThat(copied.read(tx -> BoardFacts.get(tx, BoardFacts.LINEAGE)).orElseThrow())
            .isEqualTo("2");
      }
    }
  }

  private void assertUnchanged(Class<? extends Exception> refusal, String message)
      throws IOException {
    byte[] before = Files.readAllBytes(file);
    assertThatThrownBy(() -> Board.open(file, OPTIONS))
        .isInstanceOf(refusal)
        .hasMessageContaining(message);
    assertThat(file).hasBinaryContent(before);
  }

  private void execute(String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
