package dev.talaria.board.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Every act that a walk may take, as often as it should come. */
final class Acts {
  private static final List<Function<Dice, Act>> OURS = new ArrayList<>();
  private static final List<Function<Dice, Act>> HERMES = new ArrayList<>();

  private Acts() {}

  private static void ours(int weight, Function<Dice, Act> act) {
    for (int i = 0; i < weight; i++) {
      OURS.add(act);
    }
  }

  private static void hermes(int weight, Function<Dice, Act> act) {
    for (int i = 0; i < weight; i++) {
      HERMES.add(act);
    }
  }

  static {
    ours(11, dice -> new StructureActs.CreateOurs(StructureActs.Create.random(dice)));
    ours(
        3,
        dice ->
            new StructureActs.Link(dice.task(), dice.task(dice.of(0, Dice.RUNNING, Dice.READY))));
    ours(2, dice -> new StructureActs.Unlink(dice.task(), dice.below(3)));
    ours(2, dice -> new StructureActs.Assign(dice.task(), dice.of("coder", " Writer", null)));
    ours(1, dice -> new StructureActs.Comment(dice.task(), dice.of("so", "né🚀", " ")));
    ours(1, dice -> new StructureActs.Archive(dice.task()));
    ours(4, dice -> new ClaimActs.Claim(dice.task(Dice.READY), "ready", dice.of(0L, 5L, 900L)));
    ours(1, dice -> new ClaimActs.Claim(dice.task(Dice.REVIEW), "review", 5L));
    ours(14, dice -> new ClaimActs.Grant(dice.task(Dice.READY), 60, dice.of(3L, 24L)));
    ours(
        1, dice -> new ClaimActs.BeatClaim(dice.task(Dice.RUNNING), dice.of("host:1:u", "host:2")));
    ours(1, dice -> new ClaimActs.BeatWorker(dice.task(Dice.RUNNING), dice.run()));
    ours(1, dice -> new ClaimActs.ExtendRuns(dice.task(Dice.RUNNING), dice.run()));
    ours(4, dice -> new ClaimActs.Pid(dice.task(Dice.RUNNING), 4_000_000 + dice.below(9)));
    ours(2, dice -> new ClaimActs.Expire(dice.once(3)));
    ours(2, dice -> new ClaimActs.Reclaim(dice.task(Dice.RUNNING), dice.of(null, "mine")));
    ours(
        5,
        dice -> new FinishActs.Complete(
            dice.task(Dice.RUNNING),
            dice.run(),
            dice.of(null, "", " ", "all well"),
            dice.of(null, "42"),
            dice.of(List.of(), List.of(), List.of(dice.task()))));
    ours(
        3,
        dice -> new FinishActs.Stop(
            "blocked", dice.task(Dice.RUNNING), dice.run(), dice.of(null, "why")));
    ours(
        1,
        dice -> new FinishActs.Stop(
            "scheduled", dice.task(Dice.RUNNING), dice.run(), dice.of("", "wait")));
    ours(
        4,
        dice -> new FinishActs.Unblock(
            dice.task(dice.of(Dice.BLOCKED, Dice.HELD)), dice.of(0L, 0L, 3L)));
    ours(2, dice -> new FinishActs.Recompute());
    ours(
        6,
        dice -> new FailureActs.CloseRun(
            dice.task(Dice.RUNNING),
            dice.of(RunRef.CURRENT, RunRef.CURRENT, RunRef.CURRENT, RunRef.STALE),
            dice.of("crashed", "timed_out", "rate_limited", "launcher_lost"),
            dice.once(2),
            !dice.once(3)));
    ours(
        6,
        dice -> new FailureActs.Decide(
            dice.task(Dice.HELD),
            dice.of("release", "backoff", "give up", "give up", "block", "model", "record"),
            dice.once(6)));
    ours(1, dice -> new FailureActs.SpawnFailed(dice.task(Dice.RUNNING), dice.of(null, 3L)));
    ours(1, dice -> new FailureActs.Crashed(dice.task(Dice.RUNNING), dice.of(null, 3L)));
    ours(3, dice -> new MoveActs.Promote(dice.task(Dice.BLOCKED), dice.once(2), dice.once(6)));
    ours(
        1,
        dice ->
            new MoveActs.ScheduleAt(dice.task(Dice.RUNNING), dice.run(), dice.of(-5L, 3L, 50L)));
    ours(1, dice -> new MoveActs.ScheduleAt(dice.task(Dice.BLOCKED), RunRef.NONE, 3));
    ours(2, dice -> new MoveActs.Wake());
    ours(2, dice -> new MoveActs.EditResult(dice.task(Dice.DONE), "43", dice.of(null, "anew")));
    ours(1, dice -> new MoveActs.EditCard(dice.task(), dice.of(null, "title", " "), 5));
    ours(
        4,
        dice -> new MoveActs.Move(
            dice.task(dice.of(0, Dice.RUNNING, Dice.DONE, Dice.READY)),
            dice.of(
                "ready",
                "ready",
                "todo",
                "triage",
                "done",
                "blocked",
                "scheduled",
                "archived",
                "running",
                "review")));
    ours(
        2,
        dice ->
            new MoveActs.Submit(dice.task(Dice.RUNNING), dice.run(), dice.of(null, "", "seen")));
    ours(
        1,
        dice ->
            new MoveActs.Reassign(dice.task(Dice.RUNNING), dice.of("writer", null), dice.once(2)));
    ours(1, dice -> new MoveActs.Delete(dice.task(), dice.of(true, true, false)));
    ours(1, dice -> new WorkerActs.Stale(dice.task(Dice.RUNNING)));
    ours(1, dice -> new WorkerActs.TimedOut(dice.task(Dice.RUNNING)));
    ours(2, dice -> new WorkerActs.Dead(dice.task(Dice.RUNNING), dice.below(2)));
    ours(
        2,
        dice -> new TriageActs.Specify(
            dice.task(Dice.TRIAGE),
            dice.of(null, "t", "better", " "),
            dice.of(null, "writer"),
            dice.of(null, "ann")));
    ours(
        2,
        dice -> new TriageActs.Decompose(
            dice.task(Dice.TRIAGE), dice.once(2), dice.once(4), dice.once(2)));
    ours(1, dice -> new TriageActs.Swarm(dice.below(3)));
    ours(1, dice -> new HermesActs.PutIntoReview(dice.task(Dice.READY)));
    hermes(1, dice -> new HermesActs.Create(StructureActs.Create.random(dice).withoutKey()));
    HERMES.add(dice -> new HermesActs.Claim(dice.task(), dice.of("ready", "ready", "review"), 30));
    hermes(
        8,
        dice -> new HermesActs.Simple(
            dice.of(HermesActs.Simple.OPERATIONS),
            dice.task(dice.of(Dice.RUNNING, Dice.READY, Dice.BLOCKED)),
            dice.task(),
            dice.run(),
            dice.of("so", "coder")));
  }

  /** One random act. */
  static Act random(Dice dice, boolean withHermes) {
    if (withHermes && dice.once(5)) {
      return dice.of(HERMES).apply(dice);
    }
    return dice.of(OURS).apply(dice);
  }
}
