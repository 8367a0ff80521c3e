package dev.talaria.cli.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.TaskIds;
import dev.talaria.board.Tx;
import dev.talaria.board.Work;
import dev.talaria.board.dispatch.Holds;
import dev.talaria.board.dispatch.Verdicts;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.event.StatusAfter;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.TaskCreation;
import dev.talaria.board.transition.Blocks;
import dev.talaria.board.transition.ClaimResult;
import dev.talaria.board.transition.Claims;
import dev.talaria.board.transition.Completions;
import dev.talaria.board.transition.Recompute;
import dev.talaria.cli.policy.JudgingSettings;
import dev.talaria.cli.replay.trail.TaskTrail;
import dev.talaria.cli.replay.trail.TrailBuilder;
import dev.talaria.cli.replay.trail.TrailReader;
import dev.talaria.dispatcher.apply.Decisions;
import dev.talaria.dispatcher.apply.Latencies;
import dev.talaria.dispatcher.apply.RunReports;
import dev.talaria.dispatcher.apply.RunReports.Failed;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.id.TaskKey;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Transition.Image;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.FailureClass;
import dev.talaria.protocol.policy.PolicyEvent;
import dev.talaria.protocol.policy.RetryPolicy;
import dev.talaria.testkit.SettableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** A board on disk, worked by the dispatcher's own classes; what it publishes, as its relay would. */
final class RealBoard implements AutoCloseable {
  static final BoardKey KEY = BoardKey.parse("alpha/default");

  final Wire wire = new Wire();
  final SettableClock clock = new SettableClock();
  final Board board;
  private final RunReports reports;
  private final Decisions decisions;
  private final TaskCreation creation = new TaskCreation(Set.of(), null);

  RealBoard(Path directory, RetryPolicy policy) {
    board = Board.openOrCreate(
        directory.resolve("kanban.db"), new BoardOptions(clock, TaskIds.random(new Random(11))));
    var recompute = new Recompute(Recompute.DEFAULT_AUTO_RECOVER_LIMIT);
    var listener = JudgingSettings.nobody();
    var latencies = new Latencies(KEY, clock, listener);
    reports = new RunReports(
        JudgingSettings.of(policy, directory),
        wire,
        new Completions(recompute),
        latencies,
        listener);
    decisions = new Decisions(KEY, directory, wire, new Verdicts(recompute), latencies, listener);
  }

  RealBoard later(long seconds) {
    clock.advance(Duration.ofSeconds(seconds));
    return this;
  }

  <T> T write(Work<T> work) {
    return board.write(work);
  }

  String create(String title, Long maxRetries) {
    return write(tx -> creation
        .create(
            tx,
            NewTask.titled(title)
                .withAssignee("coder")
                .withCreatedBy("ann")
                .withMaxRetries(maxRetries))
        .taskId());
  }

  /** A launcher of another host takes it. */
  long claim(String task) {
    return write(tx -> {
      ClaimResult result = Claims.claim(tx, task, "beta:4100:main", 900);
      if (!(result instanceof ClaimResult.Granted granted)) {
        throw new AssertionError("not granted: " + result);
      }
      Claims.setWorkerPid(tx, task, 4242);
      return granted.runId();
    });
  }

  /** Its run ends after so many seconds, as a launcher reports it. */
  void fail(String task, long run, long seconds, String tail) {
    fail(task, run, seconds, "crashed", FailureClass.TASK, null, tail);
  }

  void fail(
      String task,
      long run,
      long seconds,
      String kind,
      FailureClass failure,
      String model,
      String tail) {
    later(seconds);
    ObjectNode facts = wire.object().put("pid", 4242).put("exit_code", 1).put("seconds", seconds);
    facts.put("launcher", "beta/launcher/main").put("claimer", "beta:4100:main");
    if (model != null) {
      facts.put(PolicyEvent.MODEL, model);
    }
    write(tx -> {
      reports.failed(
          tx,
          new RunKey(new TaskKey(KEY, task), run),
          new Failed(kind, "pid 4242 exited with code 1", facts, failure, tail));
      return true;
    });
  }

  /** The dispatcher decides, as it does where the topology is too late. */
  void decide(String task) {
    write(tx -> {
      decisions.decide(tx, Holds.get(tx, task).orElseThrow());
      return true;
    });
  }

  /** One whole attempt that crashes, and the decision about it. */
  void crash(String task, String tail) {
    long run = claim(task);
    fail(task, run, 42, tail);
    later(1);
    decide(task);
    later(100);
  }

  /** An operator lets it try again, and it crashes. */
  void crashAfterUnblock(String task) {
    write(tx -> Blocks.unblock(tx, task));
    crash(task, "once more");
  }

  /** What its relay publishes of a task, in one batch. */
  List<Transition> transitions(String task) {
    return transitions(task, 1, false);
  }

  List<Transition> transitions(String task, long lineage, boolean backfill) {
    return board.read(tx -> {
      List<Transition> out = new ArrayList<>();
      List<EventRow> rows = EventLog.ofTask(tx, task);
      for (EventRow row : rows) {
        boolean last = row.id() == rows.get(rows.size() - 1).id();
        out.add(transition(tx, row, lineage, backfill, last));
      }
      return out;
    });
  }

  private Transition transition(
      Tx tx, EventRow row, long lineage, boolean backfill, boolean withImage) {
    ObjectNode payload = row.payloadObject();
    if (payload != null && backfill) {
      payload.remove(PolicyEvent.DECISION_PENDING);
    }
    return new Transition(
        KEY,
        lineage,
        row.id(),
        row.taskId(),
        row.runId(),
        row.kind(),
        row.createdAt(),
        StatusAfter.of(row.kind(), payload).orElse(null),
        payload,
        withImage ? image(tx, row.taskId()) : null,
        backfill ? Boolean.TRUE : null);
  }

  private static Image image(Tx tx, String task) {
    ObjectNode columns = EventLog.image(tx, task).orElseThrow();
    JsonNode parents = columns.remove("parents");
    ObjectNode run = columns.remove("run") instanceof ObjectNode open ? open : null;
    return new Image(columns, run, parents, null);
  }

  TaskTrail trail(String task) {
    return trailOf(task, transitions(task));
  }

  /** What is made of transitions that were published as they happened. */
  TaskTrail trailOf(String task, List<Transition> transitions) {
    var builder = new TrailBuilder(new TaskKey(KEY, task), TrailReader.NOW);
    transitions.forEach(it -> builder.add(it, it.at() * 1_000));
    return builder.build(0).orElseThrow();
  }

  @Override
  public void close() {
    board.close();
  }
}
