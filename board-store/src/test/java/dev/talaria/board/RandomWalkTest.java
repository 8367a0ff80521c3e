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
import dev.talaria.board.task.Assignments;
import dev.talaria.board.task.Links;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Task;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.transition.Archives;
import dev.talaria.board.transition.Blocks;
import dev.talaria.board.transition.Claims;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import dev.talaria.board.transition.Failures;
import dev.talaria.board.transition.Reclaims;
import dev.talaria.board.transition.Termination;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random acts against one board. A small model follows each task's status through its events alone; after every act the
 * board must agree with it, and the invariants must hold. Replay a failure with {@code -Dtalaria.seed=}; {@code
 * -Dtalaria.seeds=} walks more often.
 */
class RandomWalkTest {
  private static final int STEPS = 400;
  private static final int CEILING = 10;

  @TempDir
  Path directory;

  private final Map<String, String> model = new HashMap<>();
  private final Map<Long, Run> closedRuns = new HashMap<>();
  private final List<String> tasks = new ArrayList<>();
  private final List<String> steps = new ArrayList<>();
  private long cursor;

  static Stream<Long> seeds() {
    String replay = System.getProperty("talaria.seed");
    return replay != null
        ? Stream.of(Long.valueOf(replay))
        : LongStream.generate(() -> ThreadLocalRandom.current().nextLong())
            .limit(Integer.getInteger("talaria.seeds", 6))
            .boxed();
  }

  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void shouldKeepTheInvariantsWhateverHappens(long seed) {
    var random = new Random(seed);
    try (var fixture = new BoardFixture(directory)) {
      for (int step = 0; step < STEPS; step++) {
        act(fixture, random);
        fixture.pass(random.nextInt(3));
        check(fixture, seed);
      }
    }
  }

  private void act(BoardFixture fixture, Random random) {
    String id = tasks.isEmpty() ? "t_none" : tasks.get(random.nextInt(tasks.size()));
    String other = tasks.isEmpty() ? "t_none" : tasks.get(random.nextInt(tasks.size()));
    int choice = random.nextInt(18);
    steps.add(choice + " " + id + " " + other);
    try {
      fixture.board.change(tx -> apply(tx, fixture, random, choice, id, other));
    } catch (InvalidRequestException | ConflictException e) {
      steps.add("  refused: " + e.getMessage());
    }
  }

  private void apply(
      Tx tx, BoardFixture fixture, Random random, int choice, String id, String other) {
    var recompute = fixture.recompute;
    long run = tx.number("SELECT current_run_id AS n FROM tasks WHERE id = ?", id);
    long said = random.nextInt(4) == 0 ? run + 1 : run;
    switch (choice) {
      case 0, 1 -> {
        NewTask task = NewTask.titled("t")
            .withAssignee("coder")
            .withInitialStatus(random.nextInt(6) == 0 ? "blocked" : "running");
        List<String> parents =
            tasks.isEmpty() || random.nextBoolean() ? List.of() : List.of(id, other);
        tasks.add(fixture.creation.create(tx, task.withParents(parents)).taskId());
      }
      case 2, 3, 4, 5 ->
        GrantClaims.claimForLauncher(tx, id, "h:1", 60, "h/launcher/main", 1, "i", CEILING);
      case 6 -> Claims.claim(tx, id, "h:2", 5);
      case 7 ->
        new Completions(recompute)
            .complete(tx, id, Completion.empty().withSummary("s").withRun(said));
      case 8 -> Blocks.block(tx, id, "b", random.nextBoolean() ? null : said);
      case 9 -> Blocks.unblock(tx, id);
      case 10 -> new Links(recompute).link(tx, id, other);
      case 11 -> new Links(recompute).unlink(tx, id, other);
      case 12 -> {
        if (random.nextInt(4) == 0) {
          new Archives(recompute).archive(tx, id);
        } else {
          Assignments.assign(tx, id, random.nextBoolean() ? "coder" : "other");
        }
      }
      case 13 -> Reclaims.reclaim(tx, id, "r", Termination.none(null, true));
      case 14 -> {
        RunEnd end = RunEnd.of("crashed", "crashed").withError("boom").counted();
        RunEnds.closeRun(
            tx,
            id,
            Math.max(1, said),
            random.nextBoolean() ? end : end.awaitingDecision(tx.now() + 5, null));
      }
      case 15 ->
        Holds.get(tx, id)
            .ifPresent(hold -> decide(tx, new Verdicts(recompute), hold, random.nextInt(4)));
      case 16 -> new Failures(recompute).spawnFailed(tx, id, "no", 2L);
      default -> {
        Reclaims.expired(tx)
            .forEach(claim -> Reclaims.reclaimExpired(tx, claim, Termination.none(null, true)));
        recompute.recompute(tx);
      }
    }
  }

  private static void decide(Tx tx, Verdicts verdicts, Holds.Hold hold, int verdict) {
    var reason = BoardJson.object().put("reason", "x");
    switch (verdict) {
      case 0 -> verdicts.release(tx, hold.taskId(), hold.runId());
      case 1 -> verdicts.backoff(tx, hold.taskId(), hold.runId(), tx.now() + 3);
      case 2 -> verdicts.giveUp(tx, hold.taskId(), hold.runId(), reason);
      default -> verdicts.blockWithReason(tx, hold.taskId(), hold.runId(), reason);
    }
  }

  private void check(BoardFixture fixture, long seed) {
    String context = "seed=" + seed + "\n"
        + String.join("\n", steps.subList(Math.max(0, steps.size() - 12), steps.size()));
    List<EventRow> events = fixture.board.read(tx -> EventLog.eventsAfter(tx, cursor, 10_000));
    events.forEach(this::follow);
    List<Task> all = fixture.board.read(tx -> tx.list("SELECT * FROM tasks", Task::of));
    List<Run> runs = fixture.board.read(tx -> tx.list("SELECT * FROM task_runs", Run::of));
    for (Task task : all) {
      boolean demotedByLink = task.status().equals("todo") && "ready".equals(model.get(task.id()));
      if (demotedByLink) {
        model.put(task.id(), "todo"); // contract 3.7: link demotion has no event of its own
        assertThat(events)
            .as(context)
            .anyMatch(e -> e.taskId().equals(task.id()) && e.kind().equals("linked"));
      }
      assertThat(model.get(task.id()))
          .as("status of %s by its events, %s", task.id(), context)
          .isEqualTo(task.status());
      List<Run> open =
          runs.stream().filter(r -> r.taskId().equals(task.id()) && r.isOpen()).toList();
      assertThat(open)
          .as("one open run iff running: %s %s", task.id(), context)
          .hasSize(task.status().equals("running") ? 1 : 0);
      assertThat(task.currentRunId())
          .as(context)
          .isEqualTo(open.isEmpty() ? null : open.get(0).id());
      if (!task.status().equals("running")) {
        assertThat(task.claimLock() == null || task.claimLock().startsWith("decision:"))
            .as("lock of %s %s", task.id(), context)
            .isTrue();
      }
    }
    for (Run run : runs) {
      if (!run.isOpen()) {
        Run before = closedRuns.putIfAbsent(run.id(), run);
        assertThat(before == null ? run : before)
            .as("closed runs never change, %s", context)
            .isEqualTo(run);
      }
    }
    assertThat(fixture.counted(tx -> (int) tx.number(CYCLES)))
        .as("cycles, " + context)
        .isZero();
    assertThat(fixture.counted(tx -> (int) tx.number(BAD_HOLDS)))
        .as("holds, " + context)
        .isZero();
    for (Task task : all) {
      int today = fixture.counted(tx -> (int) tx.number(GRANTED_RUNS, task.id()));
      assertThat(today).as("ceiling of %s", task.id()).isLessThanOrEqualTo(CEILING);
    }
  }

  private static final String CYCLES = """
      WITH RECURSIVE below(top, id) AS (
        SELECT parent_id, child_id FROM task_links
        UNION
        SELECT b.top, l.child_id FROM task_links l JOIN below b ON l.parent_id = b.id
      )
      SELECT count(*) AS n FROM below WHERE top = id
      """;
  private static final String BAD_HOLDS = """
      SELECT count(*) AS n
        FROM talaria_holds h
        JOIN tasks t ON t.id = h.task_id
       WHERE h.reason = 'decision'
         AND (t.status NOT IN ('ready', 'review', 'todo') OR t.claim_lock <> 'decision:' || h.run_id)
      """;
  private static final String GRANTED_RUNS =
      "SELECT count(*) AS n FROM talaria_runs lr JOIN task_runs r ON r.id = lr.run_id WHERE r.task_id = ?";

  private void follow(EventRow event) {
    cursor = event.id();
    if (event.kind().equals("claim_rejected") && "ready".equals(model.get(event.taskId()))) {
      model.put(event.taskId(), "todo");
    }
    StatusAfter.of(event.kind(), event.payloadObject())
        .ifPresent(status -> model.put(event.taskId(), status));
  }
}
