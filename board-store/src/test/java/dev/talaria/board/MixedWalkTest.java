package dev.talaria.board;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.dispatch.GrantClaims;
import dev.talaria.board.dispatch.Holds;
import dev.talaria.board.dispatch.RunEnd;
import dev.talaria.board.dispatch.RunEnds;
import dev.talaria.board.dispatch.Verdicts;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.event.StatusAfter;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Task;
import dev.talaria.board.transition.Blocks;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import dev.talaria.board.transition.Failures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A process that acts by hermes's rules and ours act at random on one file at the same time. */
class MixedWalkTest extends BoardTest {
  private static final int STEPS = 250;

  /** hermes's statements for claim, complete, block, unblock and recompute, as contract 3.4 and 3.5 have them. */
  private static final String HERMES = """
      import json, random, sqlite3, sys, time
      path, seed, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
      random.seed(seed)
      db = sqlite3.connect(path, isolation_level=None, timeout=60)
      def one(sql, *args):
          row = db.execute(sql, args).fetchone()
          return row[0] if row else None
      def event(task, run, kind, payload):
          db.execute("INSERT INTO task_events (task_id, run_id, kind, payload, created_at) VALUES (?, ?, ?, ?, ?)",
                     (task, run, kind, json.dumps(payload, ensure_ascii=False) if payload else None, int(time.time())))
      def end_run(task, status, outcome, summary):
          run = one("SELECT current_run_id FROM tasks WHERE id = ?", task)
          if run:
              db.execute("UPDATE task_runs SET status = ?, outcome = ?, summary = ?, error = NULL, metadata = NULL, ended_at = ?, claim_lock = NULL, claim_expires = NULL, worker_pid = NULL WHERE id = ? AND ended_at IS NULL",
                         (status, outcome, summary, int(time.time()), run))
              db.execute("UPDATE tasks SET current_run_id = NULL WHERE id = ?", (task,))
          return run
      def unfinished(task):
          return one("SELECT 1 FROM task_links l JOIN tasks p ON p.id = l.parent_id WHERE l.child_id = ? AND p.status NOT IN ('done', 'archived') LIMIT 1", task)
      def claim(task):
          if unfinished(task):
              db.execute("UPDATE tasks SET status = 'todo' WHERE id = ? AND status = 'ready'", (task,))
              event(task, None, "claim_rejected", {"reason": "parents_not_done"})
              return
          now = int(time.time())
          if db.execute("UPDATE tasks SET status = 'running', claim_lock = 'hermes:1', claim_expires = ?, started_at = COALESCE(started_at, ?) WHERE id = ? AND status = 'ready' AND claim_lock IS NULL", (now + 900, now, task)).rowcount == 1:
              run = db.execute("INSERT INTO task_runs (task_id, profile, status, claim_lock, claim_expires, started_at) SELECT id, assignee, 'running', 'hermes:1', ?, ? FROM tasks WHERE id = ?", (now + 900, now, task)).lastrowid
              db.execute("UPDATE tasks SET current_run_id = ? WHERE id = ?", (run, task))
              event(task, run, "claimed", {"lock": "hermes:1", "expires": now + 900, "run_id": run})
      def complete(task):
          if db.execute("UPDATE tasks SET status = 'done', completed_at = ?, claim_lock = NULL, claim_expires = NULL, worker_pid = NULL WHERE id = ? AND status IN ('running', 'ready', 'blocked')", (int(time.time()), task)).rowcount == 1:
              event(task, end_run(task, "done", "completed", "fertig"), "completed", {"result_len": 0, "summary": "fertig"})
      def block(task):
          if db.execute("UPDATE tasks SET status = 'blocked', claim_lock = NULL, claim_expires = NULL, worker_pid = NULL WHERE id = ? AND status IN ('running', 'ready')", (task,)).rowcount == 1:
              event(task, end_run(task, "blocked", "blocked", "h"), "blocked", {"reason": "h"})
      def unblock(task):
          to = 'todo' if unfinished(task) else 'ready'
          if db.execute("UPDATE tasks SET status = ?, current_run_id = NULL, consecutive_failures = 0, last_failure_error = NULL WHERE id = ? AND status IN ('blocked', 'scheduled')", (to, task)).rowcount == 1:
              event(task, None, "unblocked", None if to == 'ready' else {"status": to})
      def recompute(_):
          for task, status in db.execute("SELECT id, status FROM tasks WHERE status IN ('todo', 'blocked')").fetchall():
              newest = one("SELECT kind FROM task_events WHERE task_id = ? AND kind IN ('blocked', 'unblocked') ORDER BY id DESC LIMIT 1", task)
              if status == 'blocked' and newest == 'blocked' or unfinished(task):
                  continue
              db.execute("UPDATE tasks SET status = 'ready', consecutive_failures = CASE status WHEN 'blocked' THEN 0 ELSE consecutive_failures END WHERE id = ? AND status = ?", (task, status))
              event(task, None, "promoted", None)
      for _ in range(steps):
          db.execute("BEGIN IMMEDIATE")
          ids = [row[0] for row in db.execute("SELECT id FROM tasks ORDER BY id")]
          if ids:
              random.choice([claim, claim, claim, complete, block, unblock, recompute])(random.choice(ids))
          db.execute("COMMIT")
          with open(path, "rb") as f:
              f.read(32)
          time.sleep(0.002)
      """;

  private final List<String> tasks = new ArrayList<>();

  @Test
  void shouldKeepTheInvariantsBesideAProcessThatActsByHermesRules() throws Exception {
    Python.assume();
    long seed = Long.getLong("talaria.seed", new Random().nextInt(1_000_000));
    var random = new Random(seed);
    for (int i = 0; i < 5; i++) {
      tasks.add(fixture.ready("t" + i));
    }
    Path script = Files.writeString(directory.resolve("hermes.py"), HERMES);
    Process hermes = start(script, seed);
    for (int step = 0; step < STEPS || hermes.isAlive(); step++) {
      fixture.board.change(tx -> act(tx, random));
      Thread.sleep(1);
    }

    String errors = new String(hermes.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(hermes.waitFor()).as("seed=%d %s", seed, errors).isZero();
    check("seed=" + seed);
  }

  private Process start(Path script, long seed) throws IOException {
    return new ProcessBuilder(
            "python3",
            script.toString(),
            fixture.board.path().toString(),
            Long.toString(seed),
            Integer.toString(STEPS))
        .start();
  }

  private void act(Tx tx, Random random) {
    String id = tasks.get(random.nextInt(tasks.size()));
    Long run = tx.first(
            "SELECT current_run_id AS n FROM tasks WHERE id = ?", row -> row.number("n"), id)
        .orElse(0L);
    switch (random.nextInt(9)) {
      case 0 -> {
        NewTask task = NewTask.titled("t").withAssignee("coder");
        List<String> parents = random.nextBoolean() ? List.of() : List.of(id);
        tasks.add(fixture.creation.create(tx, task.withParents(parents)).taskId());
      }
      case 1, 2, 3 ->
        GrantClaims.claimForLauncher(tx, id, "h:1", 60, "h/launcher/main", 1, "i", 1_000);
      case 4 ->
        new Completions(fixture.recompute)
            .complete(tx, id, Completion.empty().withSummary("s").withRun(run));
      case 5 -> Blocks.unblock(tx, id);
      case 6 -> {
        RunEnd end = RunEnd.of("crashed", "crashed").withError("boom").counted();
        RunEnds.closeRun(tx, id, Math.max(1, run), end.awaitingDecision(tx.now() + 5, null));
      }
      case 7 -> {
        var verdicts = new Verdicts(fixture.recompute);
        for (Holds.Hold hold : Holds.all(tx)) {
          if (random.nextBoolean()) {
            verdicts.release(tx, hold.taskId(), hold.runId());
          } else {
            verdicts.giveUp(
                tx, hold.taskId(), hold.runId(), dev.talaria.board.text.BoardJson.object());
          }
        }
      }
      default -> new Failures(fixture.recompute).spawnFailed(tx, id, "no", 2L);
    }
  }

  private void check(String context) {
    Map<String, String> model = new HashMap<>();
    Map<Long, Integer> claims = new HashMap<>();
    for (EventRow event :
        fixture.board.<List<EventRow>>read(tx -> EventLog.eventsAfter(tx, 0, 1_000_000))) {
      if (event.kind().equals("claim_rejected") && "ready".equals(model.get(event.taskId()))) {
        model.put(event.taskId(), "todo");
      }
      if (event.kind().equals("claimed")) {
        assertThat(model.get(event.taskId())).as("claimed from, %s", context).isEqualTo("ready");
        claims.merge(event.runId(), 1, Integer::sum);
      }
      StatusAfter.of(event.kind(), event.payloadObject())
          .ifPresent(status -> model.put(event.taskId(), status));
    }
    List<Run> runs = fixture.board.read(tx -> tx.list("SELECT * FROM task_runs", Run::of));
    for (Task task :
        fixture.board.<List<Task>>read(tx -> tx.list("SELECT * FROM tasks", Task::of))) {
      assertThat(model.get(task.id())).as(context).isEqualTo(task.status());
      List<Long> open = runs.stream()
          .filter(run -> run.taskId().equals(task.id()) && run.isOpen())
          .map(Run::id)
          .toList();
      boolean running = task.status().equals("running");
      assertThat(open).as("%s %s", task, context).hasSize(running ? 1 : 0);
      assertThat(task.currentRunId()).as(context).isEqualTo(running ? open.get(0) : null);
    }
    for (String lock : List.of("hermes:1", "h:1")) {
      long won = fixture.board.<Long>read(tx -> tx.number(
          "SELECT count(*) AS n FROM task_events WHERE kind = 'claimed' AND payload LIKE ?",
          "%\"" + lock + "\"%"));
      assertThat(won).as("claims of %s, %s", lock, context).isPositive();
    }
    assertThat(claims.values()).as("one claim a run, %s", context).containsOnly(1);
    assertThat(fixture.board.integrityCheck()).as(context).isEmpty();
  }
}
