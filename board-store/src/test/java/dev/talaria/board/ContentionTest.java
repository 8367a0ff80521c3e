package dev.talaria.board;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.dispatch.GrantClaims;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.transition.ClaimResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Several processes claim from one file; each task goes to exactly one of them. */
class ContentionTest extends BoardTest {
  private static final int TASKS = 200;

  /**
   * Claims as hermes does: one immediate transaction a task, the precondition in the update, and after each commit the
   * look at the file's header that drops the process's own locks. Only a connection that stays open keeps that safe.
   */
  private static final String CLAIMER = """
      import sqlite3, sys, time
      db = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
      def look():
          with open(sys.argv[1], "rb") as f:
              f.read(32)
      won = 0
      for (task,) in db.execute("SELECT id FROM tasks WHERE status = 'ready' ORDER BY priority DESC, created_at").fetchall():
          db.execute("BEGIN IMMEDIATE")
          n = db.execute("UPDATE tasks SET status = 'running', claim_lock = ?, claim_expires = 1 WHERE id = ? AND status = 'ready' AND claim_lock IS NULL", (sys.argv[2], task)).rowcount
          if n == 1:
              run = db.execute("INSERT INTO task_runs (task_id, status, claim_lock, started_at) VALUES (?, 'running', ?, 1)", (task, sys.argv[2])).lastrowid
              db.execute("UPDATE tasks SET current_run_id = ? WHERE id = ?", (run, task))
              db.execute("INSERT INTO task_events (task_id, run_id, kind, created_at) VALUES (?, ?, 'claimed', 1)", (task, run))
              won += 1
          db.execute("COMMIT")
          look()
          time.sleep(0.003)  # SQLite's lock is not fair: without a pause one side takes all
      print(won)
      """;

  private static final Work<Integer> CLAIMED =
      tx -> (int) tx.number("SELECT count(*) AS n FROM tasks WHERE status = 'running'");

  @Test
  void shouldGrantEachTaskOnceAcrossProcesses() throws Exception {
    Python.assume();
    fixture.board.change(tx -> {
      for (int i = 0; i < TASKS; i++) {
        fixture.creation.create(tx, NewTask.titled("t" + i).withAssignee("coder"));
      }
    });
    Path script = Files.writeString(directory.resolve("claimer.py"), CLAIMER);
    List<Process> others = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      others.add(new ProcessBuilder(
              "python3", script.toString(), fixture.board.path().toString(), "py:" + i)
          .start());
    }
    awaitTheFirstClaim();
    int won = 0;
    while (true) {
      List<String> best = fixture.board.read(tx -> GrantClaims.bestReady(tx, "coder", 1));
      if (best.isEmpty()) {
        break;
      }
      ClaimResult result = fixture.board.write(tx -> GrantClaims.claimForLauncher(
          tx, best.get(0), "h:1:u", 60, "h/launcher/main", 1, "i", 24));
      won += result instanceof ClaimResult.Granted ? 1 : 0;
    }
    int ours = won;
    for (Process other : others) {
      assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(other.exitValue())
          .as(new String(
              other.getErrorStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
          .isZero();
      won += Integer.parseInt(
          new String(other.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
              .strip());
    }

    assertThat(ours).as("the others must not have had all").isPositive();
    assertThat(won).isEqualTo(TASKS);
    assertThat(fixture.counted(tx -> (int) tx.number("SELECT count(*) AS n FROM task_runs")))
        .isEqualTo(TASKS);
    assertThat(fixture.counted(tx -> (int) tx.number(
            "SELECT count(DISTINCT task_id) AS n FROM task_events WHERE kind = 'claimed'")))
        .isEqualTo(TASKS);
    assertThat(fixture.counted(
            tx -> (int) tx.number("SELECT count(*) AS n FROM task_events WHERE kind = 'claimed'")))
        .isEqualTo(TASKS);
    assertThat(fixture.board.integrityCheck()).isEmpty();
  }

  private void awaitTheFirstClaim() throws InterruptedException {
    for (int i = 0; i < 1_000 && fixture.counted(CLAIMED) == 0; i++) {
      Thread.sleep(10);
    }
    assertThat(fixture.counted(CLAIMED)).isPositive();
  }
}
