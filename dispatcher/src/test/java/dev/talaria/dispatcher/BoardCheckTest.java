package dev.talaria.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.TaskIds;
import dev.talaria.board.schema.BoardFacts;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Skills;
import dev.talaria.board.task.TaskCreation;
import dev.talaria.protocol.id.BoardKey;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoardCheckTest {
  @TempDir
  Path directory;

  private long now = 1_700_000_000L;
  private final BoardOptions options =
      new BoardOptions(() -> Instant.ofEpochSecond(now), TaskIds.random(new Random(1)));
  private final AtomicInteger checks = new AtomicInteger();
  private Path file;
  private Board board;

  @BeforeEach
  void open() {
    file = directory.resolve("kanban.db");
    board = Board.openOrCreate(file, options);
  }

  /** Not before the checks have ended, which make files beside the board's. */
  @AfterEach
  void close() {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> Thread.getAllStackTraces().keySet().stream()
            .noneMatch(thread -> thread.getName().equals("check-alpha/default")));
    board.close();
  }

  private BoardCheck check() {
    return new BoardCheck(new BoardKey("alpha", "default"), () -> {
      checks.incrementAndGet();
      return Board.open(file, options);
    });
  }

  private void awaitChecks(int number) {
    await().atMost(Duration.ofSeconds(20)).until(() -> checks.get() == number);
  }

  private void tidy(BoardCheck check) {
    board.change(check::tidy);
  }

  @Test
  void shouldLookOnceADay() {
    BoardCheck check = check();
    tidy(check);
    now += 86_399;
    tidy(check);
    assertThat(checks).hasValue(0);
    now += 1;
    tidy(check);
    awaitChecks(1);
    await().until(() -> {
      tidy(check);
      return checkedAt() == now;
    });
    assertThat(checks).as("not again the same day").hasValue(1);
    assertThat(check.isSound()).isTrue();
  }

  private long checkedAt() {
    return Long.parseLong(
        board.read(tx -> BoardFacts.get(tx, BoardFacts.CHECKED)).orElse("0"));
  }

  @Test
  void shouldLookWhenTheLastDispatcherDidNotStopCleanly() {
    BoardCheck killed = check();
    tidy(killed);
    BoardCheck next = check();
    tidy(next);
    awaitChecks(1);

    board.change(next::stopped);
    tidy(check());
    assertThat(checks).as("after a clean stop").hasValue(1);
  }

  @Test
  void shouldStopGrantingFromADamagedBoardUntilAnotherIsInItsPlace() throws IOException {
    var creation = new TaskCreation(Skills.hermesToolsets(), null);
    board.change(tx -> {
      for (int i = 0; i < 100; i++) {
        creation.create(tx, NewTask.titled("t").withBody("x".repeat(500)));
      }
    });
    board.close();
    BoardCheck check = check();
    try (var raw = new RandomAccessFile(file.toFile(), "rw")) {
      for (long page = 4; page < raw.length() / 4096; page += 2) {
        raw.seek(page * 4096);
        raw.write(new byte[4096]);
      }
    }
    check.suspect();
    await().atMost(Duration.ofSeconds(20)).until(() -> !check.isSound());
    check.suspect();
    assertThat(checks).as("it is known").hasValue(1);

    file = directory.resolve("other.db");
    board = Board.openOrCreate(file, options);
    await().atMost(Duration.ofSeconds(20)).until(() -> {
      check.replaced();
      return checks.get() >= 2;
    });
    assertThat(check.isSound()).isTrue();
  }
}
