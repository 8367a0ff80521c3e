package dev.talaria.launcher.claim;

import dev.talaria.launcher.LauncherListener;
import dev.talaria.launcher.api.ReportDesk;
import dev.talaria.launcher.api.WorkerApi;
import dev.talaria.launcher.lane.LaneWatch;
import dev.talaria.launcher.lane.Workspaces;
import dev.talaria.launcher.presence.LauncherIdentity;
import dev.talaria.launcher.process.RunEnded;
import dev.talaria.launcher.process.Supervisor;
import dev.talaria.launcher.process.SupervisorListener;
import dev.talaria.launcher.report.CommandSender;
import dev.talaria.launcher.rundir.BoardAnswer;
import dev.talaria.launcher.rundir.RunDirectories;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.Reply;
import dev.talaria.protocol.message.Reply.Grant;
import dev.talaria.protocol.message.Wire;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * Follows each run of this launcher from its grant to the board's note of its end: starts its worker ({@link GrantTaker}),
 * reports that it started and how it ended ({@link RunReporter}), ends it when its board wants it back ({@link StopOrders}),
 * and keeps its run directory until the board has taken note ({@link Settlement}).
 *
 * <p>What it keeps in memory can be had again from the run directories ({@link TakeUp}). Thread-safe.
 */
public final class RunControl implements SupervisorListener {
  private final LauncherIdentity identity;
  private final CommandSender commands;
  private final HeldRuns runs = new HeldRuns();
  private final RunParts parts;
  private final RunReporter reporter;
  private final StopOrders stops;
  private final GrantTaker grants;
  private final Settlement settlement;
  private final TakeUp takeUp;

  public RunControl(
      LauncherIdentity identity,
      Map<Lane, LaneSpec> lanes,
      LaneWatch watch,
      RunDirectories directories,
      WorkerPlan plans,
      Workspaces workspaces,
      Slots slots,
      CommandSender commands,
      Wire wire,
      InstantSource clock,
      Executor starters,
      Executor tidiers,
      LauncherListener listener,
      StartGate gate) {
    this.identity = identity;
    this.commands = commands;
    Map<Lane, LaneSpec> served = Map.copyOf(lanes);
    RunWords words = new RunWords(identity, served, gate, clock);
    this.parts = new RunParts(wire, clock);
    this.reporter = new RunReporter(runs, parts, words, watch, slots, commands, listener);
    this.stops = new StopOrders(directories, runs, parts, words, reporter, commands, clock);
    this.grants = new GrantTaker(
        identity,
        served,
        watch,
        gate,
        directories,
        plans,
        slots,
        runs,
        parts,
        words,
        reporter,
        stops,
        commands,
        wire,
        starters,
        listener);
    this.settlement = new Settlement(runs, parts, workspaces, tidiers);
    this.takeUp = new TakeUp(directories, runs, parts, slots, wire);
  }

  /** Closes the circle: these are built on top of this one. Call before anything else. */
  public void connect(Supervisor supervisor, ReportDesk desk, WorkerApi api, Elsewhere elsewhere) {
    parts.connect(supervisor, desk, api, elsewhere);
  }

  /** The profile that a run's worker speaks as. */
  public String profile(RunKey run) {
    HeldRun held = runs.get(run);
    return held == null ? "worker" : held.lane().name();
  }

  /** Every run that its board has not settled yet. */
  public List<RunKey> unsettled() {
    return runs.keys();
  }

  /** Takes up the runs that an earlier start left: their slots, their workers' access. Before {@link Supervisor#recover}. */
  public void takeUp() throws IOException {
    takeUp.all();
  }

  /** From now on grants are given back. */
  public void refuseGrants() {
    grants.refuse();
  }

  /** Waits until no run is left that its board has not settled; false when that takes longer. */
  public boolean awaitSettled(Duration limit) {
    return runs.awaitNone(limit);
  }

  /** A grant came. One for an earlier start of this launcher, and one that is known, changes nothing. */
  public void granted(Grant grant) {
    grants.take(grant);
  }

  /** Stops all workers of a lane because this launcher is cut off; their boards will take it for lost. */
  public void stopLane(Lane lane, Duration cutOff) {
    stops.stopLane(lane, cutOff);
  }

  /** The board has closed a run. */
  public void stop(Reply.Stop stop) {
    if (!grants.isRefusing() || runs.has(stop.run())) {
      stops.stop(stop);
    }
  }

  /** The board would have a run back that has not started. */
  public void revoke(Reply.Revoke revoke) {
    if (revoke.incarnation() == identity.incarnation()
        && (!grants.isRefusing() || runs.has(revoke.run()))) {
      stops.revoke(revoke);
    }
  }

  @Override
  public void started(RunKey run, long pid, Instant at) {
    reporter.started(run, pid, at);
  }

  @Override
  public void ended(RunEnded end) {
    reporter.ended(end);
  }

  @Override
  public void neverStarted(RunKey run, String reason) {
    reporter.neverStarted(run, reason);
  }

  /** The board's answer to something that a worker said. */
  public void answered(Reply.Answer answer) {
    reporter.answered(answer);
  }

  /** The board has taken note of reports: what is settled need not be kept. */
  public void settled(Reply.Settled settled) {
    for (String id : settled.commandIds()) {
      commands.settled(id);
      if (RunWords.isLast(id)) {
        RunKey run = RunKey.parse(id.substring(0, id.lastIndexOf('/')));
        stops.forget(run);
        settlement.forget(run);
      } else if (!RunWords.isStart(id)) {
        reporter.answered(id, BoardAnswer.done(null));
      }
    }
  }

  /** Tells a run's worker something, in its log. */
  public void note(RunKey run, String text) {
    HeldRun held = runs.get(run);
    if (held != null) {
      WorkerNotes.add(run, held.log(), text);
    }
  }
}
