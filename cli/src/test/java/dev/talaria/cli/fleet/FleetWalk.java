package dev.talaria.cli.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.ConflictException;
import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.TaskIds;
import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.RunEnd;
import dev.talaria.board.dispatch.RunEnds;
import dev.talaria.board.dispatch.Verdicts;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.event.StatusAfter;
import dev.talaria.board.task.Assignments;
import dev.talaria.board.task.Comments;
import dev.talaria.board.task.Links;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Skills;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.TaskCreation;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.transition.Archives;
import dev.talaria.board.transition.Blocks;
import dev.talaria.board.transition.Claims;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import dev.talaria.board.transition.Promotions;
import dev.talaria.board.transition.Recompute;
import dev.talaria.board.transition.Reviews;
import dev.talaria.board.transition.StatusMoves;
import dev.talaria.board.triage.ChildPlan;
import dev.talaria.board.triage.Specification;
import dev.talaria.board.triage.Triage;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.Transition;
import dev.talaria.testkit.SettableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Random operations on a real board, and what a relay would publish of them. */
final class FleetWalk implements AutoCloseable {
  static final BoardKey KEY = BoardKey.parse("alpha/default");
  private static final List<String> ASSIGNEES = List.of("coder", "writer", "Not a lane!");

  final Board board;
  final SettableClock clock = new SettableClock();
  final Random random;
  private final boolean reopens;
  private final Recompute recompute = new Recompute(Recompute.DEFAULT_AUTO_RECOVER_LIMIT);
  private final TaskCreation creation = new TaskCreation(Skills.hermesToolsets(), null);
  private final List<String> tasks = new ArrayList<>();
  private long relayed;

  /** @param reopens whether tasks that are done may be opened again */
  FleetWalk(Path directory, long seed, boolean reopens) {
    this.random = new Random(seed);
    this.reopens = reopens;
    this.board = Board.openOrCreate(
        directory.resolve("kanban.db"),
        new BoardOptions(clock, TaskIds.random(new Random(seed)), 5_000));
  }

  /** One operation, which may be refused. */
  void act() {
    clock.advance(Duration.ofSeconds(random.nextInt(40)));
    try {
      board.change(this::act);
    } catch (InvalidRequestException | ConflictException e) {
      // refused: nothing was written
    }
  }

  private void act(Tx tx) {
    if (tasks.size() < 5 || random.nextInt(6) == 0) {
      create(tx);
      return;
    }
    String id = any();
    Long run = Tasks.find(tx, id).map(Task::currentRunId).orElse(null);
    switch (random.nextInt(18)) {
      case 0, 1, 2, 3 -> Claims.claim(tx, id, "h:1", 900);
      case 4, 5 ->
        new Completions(recompute).complete(tx, id, Completion.empty().withSummary("s"));
      case 6 -> Blocks.block(tx, id, "why", null);
      case 7 -> Blocks.unblock(tx, id);
      case 8, 9 -> fail(tx, id, run);
      case 10 -> new Links(recompute).link(tx, any(), id);
      case 11 -> new Links(recompute).unlink(tx, any(), id);
      case 12 -> assign(tx, id);
      case 13 -> Comments.add(tx, id, "me", "a word");
      case 14 -> Blocks.schedule(tx, id, "later", null);
      case 15 -> triage(tx, id);
      case 16 -> Promotions.promote(tx, id, new Promotions.Request("me", null, false, false));
      default -> rarely(tx, id);
    }
  }

  private void rarely(Tx tx, String id) {
    switch (random.nextInt(4)) {
      case 0 -> new Archives(recompute).archive(tx, id);
      case 1 -> Reviews.submit(tx, id, "look", null, null);
      case 2 -> recompute.recompute(tx);
      default -> {
        if (reopens) {
          new StatusMoves(recompute)
              .move(tx, id, random.nextBoolean() ? "todo" : "triage", null, Completion.empty());
        }
      }
    }
  }

  /** A closed task that is not known any more stays counted in the lane that it had. */
  private void assign(Tx tx, String id) {
    String status = Tasks.find(tx, id).orElseThrow().status();
    if (reopens || !Set.of("done", "archived").contains(status)) {
      Assignments.assign(tx, id, assignee());
    }
  }

  private void create(Tx tx) {
    NewTask task = NewTask.titled("t")
        .withAssignee(random.nextInt(8) == 0 ? null : assignee())
        .withTriage(random.nextInt(8) == 0);
    List<String> parents = new ArrayList<>();
    while (!tasks.isEmpty() && random.nextBoolean() && parents.size() < 4) {
      parents.add(any());
    }
    tasks.add(creation.create(tx, task.withParents(parents)).taskId());
  }

  private void triage(Tx tx, String id) {
    var triage = new Triage(recompute);
    if (random.nextBoolean()) {
      triage.specify(tx, id, new Specification(null, "said", assignee()), null);
      return;
    }
    triage
        .decompose(
            tx,
            id,
            "coder",
            List.of(
                new ChildPlan("a", null, "writer", List.of()),
                new ChildPlan("b", null, "coder", List.of(0))),
            null,
            random.nextBoolean())
        .ifPresent(tasks::addAll);
  }

  /** A failed run with the decision that follows: tried again, or given up. */
  private void fail(Tx tx, String id, Long run) {
    if (run == null) {
      return;
    }
    RunEnd end = RunEnd.of("crashed", "crashed").withError("boom").counted();
    if (RunEnds.closeRun(tx, id, run, end.awaitingDecision(tx.now() + 5, null))) {
      var verdicts = new Verdicts(recompute);
      if (random.nextBoolean()) {
        verdicts.release(tx, id, run);
      } else {
        verdicts.giveUp(tx, id, run, BoardJson.object().put("failures", 2));
      }
    }
  }

  private String any() {
    return tasks.get(random.nextInt(tasks.size()));
  }

  private String assignee() {
    return ASSIGNEES.get(random.nextInt(ASSIGNEES.size()));
  }

  /** History goes out again from its beginning. */
  void startOver() {
    relayed = 0;
  }

  /** What the relay publishes next, as {@code BatchBuilder} makes it; empty when all is published. */
  List<Transition> batch(long lineage, int limit, boolean backfill) {
    return board.read(tx -> {
      List<EventRow> rows = EventLog.eventsAfter(tx, relayed, limit);
      Map<String, Long> last = new HashMap<>();
      rows.forEach(row -> last.put(row.taskId(), row.id()));
      List<Transition> out = new ArrayList<>();
      for (EventRow row : rows) {
        ObjectNode payload = row.payloadObject();
        out.add(new Transition(
            KEY,
            lineage,
            row.id(),
            row.taskId(),
            row.runId(),
            row.kind(),
            row.createdAt(),
            StatusAfter.of(row.kind(), payload).orElse(null),
            payload,
            last.get(row.taskId()) == row.id() ? image(tx, row.taskId()) : null,
            backfill ? Boolean.TRUE : null));
        relayed = row.id();
      }
      return out;
    });
  }

  private static Transition.Image image(Tx tx, String task) {
    ObjectNode columns = EventLog.image(tx, task).orElseThrow();
    JsonNode parents = columns.remove("parents");
    columns.remove("run");
    return new Transition.Image(columns, null, parents, null);
  }

  @Override
  public void close() {
    board.close();
  }
}
