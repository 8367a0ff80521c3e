package dev.talaria.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.talaria.board.Board;
import dev.talaria.board.audit.BoardAudit;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.task.Comments;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.transition.Blocks;
import dev.talaria.testkit.JavaProcesses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everybody writes one board at once: the dispatcher of {@code talaria up}, verbs in processes of their own, other
 * connections, and three processes that play hermes, with its look at the file's header after each commit. Nothing is
 * lost, nothing claimed twice, and nobody hears of a lock.
 */
class ManyWritersIT {
  private static final Path HERMES =
      Path.of("..", "board-store", "src", "test", "resources", "hermes.py");
  private static final int HERMES_PROCESSES = 3;
  private static final int HERMES_STEPS = 150;
  private static final int TASKS = 150;

  @TempDir
  Path root;

  private final JavaProcesses processes = new JavaProcesses();
  private final ExecutorService threads = Executors.newFixedThreadPool(4);
  private final List<Process> others = new ArrayList<>();

  @AfterEach
  void end() {
    threads.shutdownNow();
    others.forEach(Process::destroyForcibly);
    processes.close();
  }

  @Test
  void shouldLoseNothingWhenEverybodyWrites() throws Exception {
    assumeThat(hasPython()).as("python3 with sqlite3").isTrue();
    FaultHost host = new FaultHost(processes, root);
    host.create(FaultHost.NOOP, titles("first", TASKS / 3));
    host.start();
    for (int i = 0; i < HERMES_PROCESSES; i++) {
      others.add(hermes(host, i));
    }

    List<Future<Integer>> work = new ArrayList<>();
    work.add(threads.submit(() -> createMore(host)));
    work.add(threads.submit(() -> talkAndStop(host)));
    work.add(threads.submit(verbs(host, "a")));
    work.add(threads.submit(verbs(host, "b")));
    int created = work.get(0).get() + work.get(2).get() + work.get(3).get() + TASKS / 3;
    int comments = work.get(1).get();
    List<String> acknowledged = new ArrayList<>();
    for (int i = 0; i < HERMES_PROCESSES; i++) {
      assertThat(others.get(i).waitFor(120, TimeUnit.SECONDS)).isTrue();
      assertThat(others.get(i).exitValue())
          .as(Files.readString(root.resolve("hermes-" + i + ".err")))
          .isZero();
      acknowledged.addAll(Files.readAllLines(root.resolve("hermes-" + i + ".out")));
    }
    host.awaitAllFinished(Duration.ofSeconds(90));

    assertThat(host.tasks()).hasSize(created);
    assertThat(host.read(BoardAudit::violations)).isEmpty();
    assertThat(host.<List<String>>onBoard(Board::integrityCheck)).isEmpty();
    List<EventRow> claims = host.allEvents().stream()
        .filter(event -> event.kind().equals("claimed"))
        .toList();
    List<Long> claimed = acknowledged.stream()
        .filter(line -> line.startsWith("claim "))
        .map(line -> Long.valueOf(line.split(" ")[2]))
        .toList();
    assertThat(claimed).as("hermes must have had its share").hasSizeGreaterThan(10);
    assertThat(claims.size() - claimed.size()).as("and so must ours").isGreaterThan(10);
    assertThat(claims.stream()
            .filter(event -> String.valueOf(event.payload()).contains("hermes:"))
            .map(EventRow::runId))
        .as("what was acknowledged to hermes is on the board, once")
        .containsExactlyInAnyOrderElementsOf(claimed);
    assertThat(acknowledged.stream()
            .filter(line -> line.startsWith("complete ") && !line.endsWith(" True"))
            .map(line -> Long.parseLong(line.split(" ", -1)[2])))
        .as("no run was taken from hermes while it had it, but by who stops tasks")
        .allSatisfy(run -> assertThat(host.<Optional<Run>>read(tx -> Tasks.run(tx, run)))
            .hasValueSatisfying(ended -> assertThat(ended.outcome()).isEqualTo("blocked")));
    long kept = host.read(tx -> tx.number("SELECT count(*) AS n FROM task_comments"));
    assertThat(kept).as("comments").isEqualTo(comments + 8);
    host.assertNoRunTwice();
    host.assertEachEventOnceOnTransitions();
    assertThat(host.up().output())
        .noneMatch(line -> line.contains("database is locked") || line.contains("SQLITE_"));
  }

  private int createMore(FaultHost host) {
    int created = 0;
    for (int i = 0; i < TASKS / 5; i++) {
      created += host.create(FaultHost.NOOP, titles("more " + i, 3)).size();
      pause();
    }
    return created;
  }

  /** Comments on tasks, and stops some for a moment; says how many comments it made. */
  private int talkAndStop(FaultHost host) {
    int comments = 0;
    for (int i = 0; i < 60; i++) {
      String id = host.tasks().get(i % 20).id();
      host.<Object>onBoard(board -> board.write(tx -> Comments.add(tx, id, "ann", "so")));
      comments++;
      if (i % 3 == 0) {
        boolean stopped =
            host.onBoard(board -> board.<Boolean>write(tx -> Blocks.block(tx, id, "wait", null)));
        boolean free =
            !stopped || host.onBoard(board -> board.<Boolean>write(tx -> Blocks.unblock(tx, id)));
        assertThat(free).isTrue();
      }
      pause();
    }
    return comments;
  }

  /** What a person types; says how many tasks that made. */
  private static Callable<Integer> verbs(FaultHost host, String who) {
    return () -> {
      for (int i = 0; i < 4; i++) {
        // SQLite's driver may complain there of a library that another process is removing
        String said = host.verb("create", who + i, "--assignee", FaultHost.NOOP).stream()
            .filter(line -> line.startsWith("Created t_"))
            .findFirst()
            .orElseThrow();
        host.verb("list");
        host.verb("comment", said.split("\\s+", -1)[1], "typed");
      }
      return 4;
    };
  }

  private Process hermes(FaultHost host, int n) throws IOException {
    return new ProcessBuilder(
            "python3",
            "-B",
            HERMES.toString(),
            "load",
            host.db().toString(),
            Integer.toString(n),
            Integer.toString(HERMES_STEPS))
        .redirectOutput(root.resolve("hermes-" + n + ".out").toFile())
        .redirectError(root.resolve("hermes-" + n + ".err").toFile())
        .start();
  }

  private static boolean hasPython() throws InterruptedException {
    try {
      return new ProcessBuilder("python3", "-c", "import sqlite3").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static List<String> titles(String prefix, int count) {
    List<String> titles = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      titles.add(prefix + " " + i);
    }
    return titles;
  }

  private static void pause() {
    java.util.concurrent.locks.LockSupport.parkNanos(Duration.ofMillis(15).toNanos());
  }
}
