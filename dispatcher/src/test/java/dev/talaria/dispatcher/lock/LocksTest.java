package dev.talaria.dispatcher.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.talaria.dispatcher.BoardFile;
import dev.talaria.protocol.id.BoardKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LocksTest {
  /** As hermes takes it. */
  private static final String PYTHON_FLOCK = """
      import fcntl, sys
      with open(sys.argv[1], "a+") as f:
          try:
              fcntl.flock(f.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
              print("taken")
          except BlockingIOError:
              print("refused")
      """;

  @TempDir
  Path directory;

  private BoardFile board() {
    Path db = directory.resolve("kanban.db");
    return new BoardFile(
        new BoardKey("alpha", "default"), db, directory, directory, directory, true);
  }

  private String hermesTries() throws IOException, InterruptedException {
    return hermesTries(Path.of(board().db() + ".dispatch.lock"));
  }

  private static String hermesTries(Path file) throws IOException, InterruptedException {
    Process python = new ProcessBuilder("python3", "-c", PYTHON_FLOCK, file.toString())
        .redirectErrorStream(true)
        .start();
    String said =
        new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(python.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return said;
  }

  private static boolean hasPython() throws InterruptedException {
    try {
      return new ProcessBuilder("python3", "-c", "import fcntl").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void shouldKeepHermesOutWhileHeldAndNoLonger() throws Exception {
    assumeTrue(hasPython(), "python3 is missing: hermes's own call cannot be tried");
    Path gateway = Files.createDirectory(directory.resolve("kanban")).resolve(".dispatcher.lock");
    try (BoardLocks locks = new BoardLocks()) {
      locks.take(board(), "one");
      locks.takeGateway(directory);
      assertThat(hermesTries()).isEqualTo("refused");
      assertThat(hermesTries(gateway)).isEqualTo("refused");
    }
    assertThat(hermesTries(gateway)).isEqualTo("taken");
    assertThat(hermesTries()).isEqualTo("taken");
  }

  @Test
  void shouldGoOnWithoutALockThatHermesHoldsAndTakeItOnceItIsLetGo() throws Exception {
    assumeTrue(hasPython(), "python3 is missing: hermes's own call cannot be tried");
    try (BoardLocks locks = new BoardLocks()) {
      try (DispatchLock hermes = DispatchLock.tryTake(board().db()).orElseThrow()) {
        assertThat(hermes.isHeld()).isTrue();
        locks.take(board(), "one");
        assertThat(DispatchLock.tryTake(board().db())).isEmpty();
      }
      await().atMost(Duration.ofSeconds(20)).until(() -> hermesTries().equals("refused"));
    }
    assertThat(hermesTries()).isEqualTo("taken");
  }

  @Test
  void shouldRefuseASecondDispatcherOfABoard() {
    try (BoardLocks first = new BoardLocks()) {
      first.take(board(), "one");
      try (BoardLocks second = new BoardLocks()) {
        assertThatThrownBy(() -> second.take(board(), "one"))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("alpha/default")
            .hasMessageContaining("dispatched by another Talaria process");
      }
    }
    try (BoardLocks third = new BoardLocks()) {
      third.take(board(), "one");
    }
  }

  @Test
  void shouldKeepASecondDispatcherOffABoardThatItNamesByALink() throws IOException {
    Files.createFile(board().db());
    Path link = Files.createDirectory(directory.resolve("other")).resolve("kanban.db");
    Files.createSymbolicLink(link, board().db());
    var linked = new BoardFile(
        new BoardKey("beta", "default"), link, link.getParent(), directory, directory, true);
    try (BoardLocks first = new BoardLocks();
        BoardLocks second = new BoardLocks()) {
      first.take(board(), "one");

      assertThatThrownBy(() -> second.take(linked, "two"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("dispatched by another Talaria process");
    }
  }

  @Test
  void shouldTellWhoHeldTheLockBeforeUnlessItsFileIsACopy() throws IOException {
    try (BoardLocks locks = new BoardLocks()) {
      assertThat(locks.take(board(), "a-much-longer-name")).isEmpty();
    }
    try (BoardLocks locks = new BoardLocks()) {
      assertThat(locks.take(board(), "two")).hasValue("a-much-longer-name");
    }
    Path lock = Path.of(board().db() + ".talaria.lock");
    Path original = Path.of(lock + ".original");
    Files.move(lock, original);
    Files.copy(original, lock);
    try (BoardLocks locks = new BoardLocks()) {
      assertThat(locks.take(board(), "three")).isEmpty();
    }
    try (BoardLocks locks = new BoardLocks()) {
      assertThat(locks.take(board(), "four")).hasValue("three");
    }
  }
}
