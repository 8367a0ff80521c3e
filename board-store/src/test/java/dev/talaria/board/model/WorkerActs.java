package dev.talaria.board.model;

import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.Processes;
import dev.talaria.board.dispatch.RunningWork;
import dev.talaria.board.dispatch.WorkerEnd;
import dev.talaria.board.dispatch.WorkerEnds;
import java.util.List;
import java.util.Optional;

/** What a tick finds out about workers: dead, silent, too slow (3.5, 4.1, 4.2, C3). */
final class WorkerActs {
  private WorkerActs() {}

  private static Optional<RunningWork> work(Tx tx, String id) {
    return RunningWork.all(tx).stream().filter(work -> work.taskId().equals(id)).findFirst();
  }

  /** Heartbeat stale: never a failure. */
  record Stale(int task) implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      var ends = new WorkerEnds(world.recompute, "host");
      return work(tx, world.model.id(task))
          .filter(work -> ends.stale(tx, work, 9, Processes.Stopped.UNTOUCHED))
          .isPresent();
    }

    @Override
    public String onModel(Model model) {
      Model.Card card = model.card(model.id(task));
      if (card == null || !card.is("running")) {
        return "false";
      }
      long elapsed = model.now - model.runs.get(card.run).started;
      Long age = card.beat == null ? null : model.now - card.beat;
      String error = age == null
          ? "no heartbeat for %d s (limit 9 s)".formatted(elapsed)
          : "no heartbeat for %d s, running for %d s (limit 9 s)".formatted(age, elapsed);
      takeBack(
          model, card, "stale", error, "elapsed_seconds", elapsed, "heartbeat_age_seconds", age);
      card.beat = null;
      return "true";
    }

    static void takeBack(
        Model model, Model.Card card, String outcome, String error, Object... payload) {
      card.status = model.source(card);
      Model.free(card);
      Long run = model.end(card, outcome, error);
      model.event(card.id, outcome, run, payload);
      if (card.is("review")) {
        model.events.get(model.events.size() - 1).payload().put("source_status", "review");
      }
    }
  }

  /** Max runtime: counted. */
  record TimedOut(int task) implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      var ends = new WorkerEnds(world.recompute, "host");
      return work(tx, world.model.id(task))
          .map(work -> new RunningWork(
              work.taskId(),
              work.runId(),
              work.assignee(),
              work.claimLock(),
              work.claimExpires(),
              work.workerPid(),
              work.startedAt(),
              work.lastHeartbeatAt(),
              1L,
              false,
              null))
          .filter(work -> ends.timedOut(tx, work, Processes.Stopped.UNTOUCHED, null))
          .isPresent();
    }

    @Override
    public String onModel(Model model) {
      Model.Card card = model.card(model.id(task));
      if (card == null || !card.is("running")) {
        return "false";
      }
      long elapsed = model.now - model.runs.get(card.run).started;
      String error = "elapsed %ds > limit 1s".formatted(elapsed);
      Stale.takeBack(
          model, card, "timed_out", error, "elapsed_seconds", elapsed, "limit_seconds", 1);
      card.beat = null;
      if (FailureActs.SpawnFailed.count(card, error, null)) {
        FailureActs.SpawnFailed.block(card, false);
        FailureActs.SpawnFailed.gaveUp(model, card, null, null, "timed_out", error, false);
      }
      return "true";
    }
  }

  /** A dead process; one that exited with 0 has broken the protocol. */
  record Dead(int task, int exitCode) implements Act.Ours {
    @Override
    public Object apply(Tx tx, World world) {
      var ends = new WorkerEnds(world.recompute, "host");
      return work(tx, world.model.id(task))
          .filter(work -> work.workerPid() != null)
          .map(work -> {
            var dead = new WorkerEnds.Dead(work, new WorkerEnd.Exited(exitCode), "", "here");
            return ends.crashed(tx, List.of(dead), null).blocked().size();
          })
          .orElse(-1);
    }

    @Override
    public String onModel(Model model) {
      Model.Card card = model.card(model.id(task));
      if (card == null || !card.is("running") || card.pid == null) {
        return "-1";
      }
      long pid = card.pid;
      String lock = card.lock;
      String error = "pid %d exited with code %d".formatted(pid, exitCode);
      if (exitCode != 0) {
        Stale.takeBack(
            model, card, "crashed", error, "pid", pid, "claimer", lock, "exit_code", exitCode);
        if (!FailureActs.SpawnFailed.count(card, error, null)) {
          return "0";
        }
        FailureActs.SpawnFailed.block(card, false);
        FailureActs.SpawnFailed.gaveUp(model, card, null, null, "crashed", error, false);
        return "1";
      }
      error += " without kanban_complete or kanban_block: protocol violation";
      card.status = model.source(card);
      Model.free(card);
      Long run = model.end(card, "crashed", error);
      model.event(card.id, "protocol_violation", run, "pid", pid, "claimer", lock, "exit_code", 0);
      if (!FailureActs.SpawnFailed.count(card, error, 1L)) {
        return "0"; // C3: its own max_retries is not used up
      }
      FailureActs.SpawnFailed.block(card, false);
      model.event(card.id, "blocked", run);
      return "1";
    }
  }
}
