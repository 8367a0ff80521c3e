package dev.talaria.launcher.claim;

import dev.talaria.launcher.LauncherListener;
import dev.talaria.launcher.api.WorkerApi;
import dev.talaria.launcher.lane.LaneWatch;
import dev.talaria.launcher.presence.LauncherIdentity;
import dev.talaria.launcher.process.Guard;
import dev.talaria.launcher.process.SpawnFailure;
import dev.talaria.launcher.report.CommandSender;
import dev.talaria.launcher.rundir.RunDirectories;
import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.message.Reply.Grant;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.FailureClass;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes grants in: makes the run's directory, prepares its worker and starts it, or gives the run back. Thread-safe. */
final class GrantTaker {
  private static final Logger log = LoggerFactory.getLogger(GrantTaker.class);

  private final LauncherIdentity identity;
  private final Map<Lane, LaneSpec> lanes;
  private final LaneWatch watch;
  private final StartGate gate;
  private final RunDirectories directories;
  private final WorkerPlan plans;
  private final Slots slots;
  private final HeldRuns runs;
  private final RunParts parts;
  private final RunWords words;
  private final RunReporter reporter;
  private final StopOrders stops;
  private final CommandSender commands;
  private final Wire wire;
  private final Executor starters;
  private final LauncherListener listener;
  private volatile boolean refusing;

  GrantTaker(
      LauncherIdentity identity,
      Map<Lane, LaneSpec> lanes,
      LaneWatch watch,
      StartGate gate,
      RunDirectories directories,
      WorkerPlan plans,
      Slots slots,
      HeldRuns runs,
      RunParts parts,
      RunWords words,
      RunReporter reporter,
      StopOrders stops,
      CommandSender commands,
      Wire wire,
      Executor starters,
      LauncherListener listener) {
    this.identity = identity;
    this.lanes = lanes;
    this.watch = watch;
    this.gate = gate;
    this.directories = directories;
    this.plans = plans;
    this.slots = slots;
    this.runs = runs;
    this.parts = parts;
    this.words = words;
    this.reporter = reporter;
    this.stops = stops;
    this.commands = commands;
    this.wire = wire;
    this.starters = starters;
    this.listener = listener;
  }

  /** From now on grants are given back. */
  void refuse() {
    refusing = true;
  }

  boolean isRefusing() {
    return refusing;
  }

  /** A grant came. One for an earlier start of this launcher, and one that is known, changes nothing. */
  void take(Grant grant) {
    if (grant.incarnation() != identity.incarnation()
        || !grant.instance().equals(identity.instance())) {
      listener.givenBack(grant.lane());
      log.debug("Run {} was granted to an earlier start of this launcher.", grant.run());
      return;
    }
    if (!runs.startsToTakeIn(grant.run())) {
      return;
    }
    boolean hasSlot = !refusing && slots.take(grant.run(), grant.lane(), grant.claim());
    starters.execute(() -> {
      try {
        start(grant, hasSlot);
      } finally {
        runs.isTakenIn(grant.run());
        stops.isDoomed(grant.run());
      }
    });
  }

  private void start(Grant grant, boolean hasSlot) {
    try {
      RunDirectory directory =
          directories.create(grant.run(), wire.encode(grant)).orElse(null);
      if (directory == null) {
        slots.release(grant.run()); // it came again, and was settled long ago
        return;
      }
      HeldRun held = new HeldRun(directory, grant);
      runs.put(held);
      LaneSpec lane = lanes.get(grant.lane());
      if (!hasSlot || lane == null || !watch.serves(grant.lane())) {
        giveBack(held, hasSlot ? watch.why(grant.lane()) : "no slot is free");
        return;
      }
      if (stops.isDoomed(grant.run())) {
        giveBack(held, "the board took it back");
        return;
      }
      Optional<String> ordered = gate.heldBack(grant.run().board(), grant.lane());
      if (ordered.isPresent()) {
        giveBack(held, ordered.get());
        return;
      }
      listener.granted(grant.lane());
      spawn(held, lane);
    } catch (IOException | RuntimeException e) {
      log.error("Run {} cannot be taken on", grant.run(), e);
      notStartable(grant, e);
    }
  }

  /** Nothing was started, and nothing will be: the host is at fault, and another attempt is the board's to open. */
  private void notStartable(Grant grant, Exception cause) {
    watch.notStarted(grant.lane(), FailureClass.INFRA, cause.toString());
    slots.release(grant.run());
    commands.send(
        grant.run().board(),
        words.spawnFailed(
            grant, FailureClass.INFRA, "This host cannot take the run on: " + cause, null));
  }

  private void spawn(HeldRun held, LaneSpec lane) throws IOException {
    Grant grant = held.grant();
    WorkerApi.Access access = parts.open(held.directory(), grant);
    try {
      WorkerPlan.Plan plan =
          plans.plan(grant, lane, held.directory(), access.url(), access.token());
      held.prepared(plan.workspace());
      Optional<String> ordered = gate.heldBack(grant.run().board(), grant.lane());
      if (ordered.isPresent()) {
        giveBack(held, ordered.get());
        return;
      }
      parts
          .elsewhere()
          .begins(held.directory(), grant.place().host(), plan.command().log());
      if (lane.stopAfter() != null) {
        Guard.order(held.directory(), grant.run(), plan.command().log(), lane.stopAfter());
      }
      parts.supervisor().spawn(held.directory(), plan.command());
    } catch (SpawnFailure e) {
      watch.notStarted(grant.lane(), e.failureClass(), e.reason());
      reporter.lastWord(
          held,
          words.spawnFailed(grant, e.failureClass(), e.reason(), WorkerPlan.model(grant, lane)));
    }
  }

  private void giveBack(HeldRun held, String reason) throws IOException {
    listener.givenBack(held.lane());
    if (held.directory().entomb(reason)) {
      reporter.neverStarted(held.run(), reason);
    }
  }
}
