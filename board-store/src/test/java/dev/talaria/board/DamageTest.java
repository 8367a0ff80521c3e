package dev.talaria.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.TaskFilter;
import dev.talaria.board.task.TaskList;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is done about a file that SQLite finds damaged (contract 1.5). */
class DamageTest {
  private static final int PAGE = 4096;
  private static final int TASKS = 200;

  @TempDir
  Path directory;

  private Path file;
  private BoardOptions options;

  @BeforeEach
  void makeBoard() {
    file = directory.resolve("kanban.db");
    try (var fixture = new BoardFixture(directory)) {
      fixture.board.change(tx -> {
        for (int i = 0; i < TASKS; i++) {
          fixture.creation.create(tx, NewTask.titled("t" + i).withBody("x".repeat(200)));
        }
      });
      options = fixture.board.options();
    }
  }

  private void overwritePageInTheMiddle() throws IOException {
    try (var raw = new RandomAccessFile(file.toFile(), "rw")) {
      byte[] junk = new byte[PAGE];
      Arrays.fill(junk, (byte) 0xA5);
      for (long page = 2; page < raw.length() / PAGE; page += 3) {
        raw.seek(page * PAGE);
        raw.write(junk);
      }
    }
  }

  private void cutOff() throws IOException {
    try (var raw = new RandomAccessFile(file.toFile(), "rw")) {
      raw.setLength(raw.length() / 2 / PAGE * PAGE);
    }
  }

  private DamagedBoardException meetIt() {
    return catchThrowableOfType(DamagedBoardException.class, () -> {
      try (Board board = Board.open(file, options)) {
        board.read(tx -> TaskList.list(tx, TaskFilter.all()));
      }
    });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldKeepTheFileAsItIsAndSayWhere(boolean shorter) throws IOException {
    if (shorter) {
      cutOff();
    } else {
      overwritePageInTheMiddle();
    }
    byte[] before = Files.readAllBytes(file);
    DamagedBoardException met = meetIt();
    assertThat(met.board()).isEqualTo(file);
    DamagedBoardException report = DamageReport.of(met, options);
    Path backup = report.backup();
    assertThat(backup).isNotNull().hasBinaryContent(before);
    assertThat(backup.getFileName().toString())
        .matches("kanban\\.db\\.corrupt\\.[0-9a-f]{16}\\.bak");
    assertThat(report)
        .hasMessageContaining("Board '%s' is damaged: ", file)
        .hasMessageContaining(backup.toString())
        .hasMessageContaining(".recover");
    assertThat(file).hasBinaryContent(before);
    assertThat(DamageReport.of(meetIt(), options).backup())
        .as("the same damage is kept once")
        .isEqualTo(backup);
    try (var files = Files.list(directory)) {
      assertThat(files.filter(path -> path.toString().endsWith(".bak"))).hasSize(1);
    }
  }

  @Test
  void shouldNoticeAfterACheckpointThatTheFileIsTooShort() throws IOException {
    try (Board board = Board.open(file, options)) {
      board.checkpointByHand();
      board.change(tx -> tx.update("UPDATE tasks SET priority = 1 WHERE title = 't1'"));
      board.checkpoint();
      cutOff(); // as another process's unfinished checkpoint would leave it
      assertThatThrownBy(board::checkpoint)
          .isInstanceOf(DamagedBoardException.class)
          .hasMessageContaining("It is torn");
      board.change(tx -> tx.update("UPDATE tasks SET priority = 2 WHERE title = 't1'"));
      assertThatThrownBy(board::checkpoint)
          .as("SQLite looks itself when it moves something")
          .isInstanceOf(DamagedBoardException.class)
          .hasMessageContaining("malformed");
    }
  }

  @Test
  void shouldKeepTheSidecarsToo() throws IOException {
    Files.writeString(directory.resolve("kanban.db-wal"), "what the log holds");
    Path backup = CorruptBackup.make(file);
    assertThat(directory.resolve(backup.getFileName() + "-wal")).hasContent("what the log holds");
  }

  @Test
  void shouldReadNothingWhileThisProcessHasTheFileOpen() throws IOException {
    try (Board open = Board.open(file, options)) {
      assertThatThrownBy(() -> CorruptBackup.make(file)).hasMessageContaining("locks");
      var met = new DamagedBoardException("it was met", null).at(file);
      assertThat(DamageReport.of(met, options)).isSameAs(met);
      open.close();
      open.close();
    }
    assertThat(CorruptBackup.make(file)).exists();
  }

  @Test
  void shouldSayThatASoundFileIsSound() {
    var met = new DamagedBoardException("it was met", null).at(file);
    DamagedBoardException report = DamageReport.of(met, options);
    assertThat(report).hasMessageContaining("is sound now");
    assertThat(report.backup()).isNull();
    assertThat(directory).isDirectoryNotContaining("glob:**.bak");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16, 40, 99, 100, 511, 4096})
  void shouldRefuseAFileOfAnyLengthThatIsNoDatabase(int length) throws IOException {
    byte[] bytes = new byte[length];
    bytes[0] = 'x';
    Files.write(file, bytes);
    byte[] before = Files.readAllBytes(file);
    assertThatThrownBy(() -> Board.openOrCreate(file, options))
        .isInstanceOf(NotABoardException.class)
        .hasMessageContaining("file is not a database");
    assertThat(file).hasBinaryContent(before);
  }
}
