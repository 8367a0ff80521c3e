package dev.talaria.dispatcher;

import dev.talaria.board.Board;
import dev.talaria.board.Tx;
import dev.talaria.board.context.WorkerContext;
import dev.talaria.board.dispatch.CommandLog;
import dev.talaria.board.dispatch.DefaultAssignee;
import dev.talaria.board.dispatch.FinishedScratch;
import dev.talaria.board.dispatch.FormerWorkers;
import dev.talaria.board.dispatch.Holds;
import dev.talaria.board.dispatch.LauncherRuns;
import dev.talaria.board.dispatch.LauncherRuns.LauncherRun;
import dev.talaria.board.dispatch.RespawnGuard;
import dev.talaria.board.dispatch.Verdicts;
import dev.talaria.board.dispatch.WorkerProcesses;
import dev.talaria.board.incident.Incidents;
import dev.talaria.board.notify.SubscriptionSweep;
import dev.talaria.board.order.OrderFile;
import dev.talaria.board.task.Links;
import dev.talaria.board.task.Skills;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.TaskCreation;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.transition.CatchUp;
import dev.talaria.board.transition.Completions;
import dev.talaria.board.transition.Recompute;
import dev.talaria.board.transition.Schedules;
import dev.talaria.board.waiting.FleetTable;
import dev.talaria.board.waiting.LaneFacts;
import dev.talaria.board.waiting.WaitingCounts;
import dev.talaria.dispatcher.apply.ApplyListener;
import dev.talaria.dispatcher.apply.Decisions;
import dev.talaria.dispatcher.apply.InputApplier;
import dev.talaria.dispatcher.apply.Latencies;
import dev.talaria.dispatcher.apply.RunReports;
import dev.talaria.dispatcher.apply.Turn;
import dev.talaria.dispatcher.apply.WorkerCalls;
import dev.talaria.dispatcher.duty.FleetNotes;
import dev.talaria.dispatcher.duty.HostWatch;
import dev.talaria.dispatcher.duty.Standings;
import dev.talaria.dispatcher.duty.TakingBack;
import dev.talaria.dispatcher.duty.WaitingLog;
import dev.talaria.dispatcher.grant.ClaimDesk;
import dev.talaria.dispatcher.grant.DirectGrants;
import dev.talaria.dispatcher.grant.Granting;
import dev.talaria.dispatcher.grant.LocalGrants;
import dev.talaria.dispatcher.grant.Mirrors;
import dev.talaria.dispatcher.grant.OrderMirror;
import dev.talaria.dispatcher.grant.RemoteSlots;
import dev.talaria.dispatcher.grant.SlotLedger;
import dev.talaria.dispatcher.inbox.BoardInput;
import dev.talaria.dispatcher.incident.IncidentMirror;
import dev.talaria.dispatcher.offer.OfferedWork;
import dev.talaria.dispatcher.presence.LauncherDirectory;
import dev.talaria.dispatcher.verb.RemoteVerbs;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.Presence.LauncherBeat;
import dev.talaria.protocol.message.Reply.Revoke;
import dev.talaria.protocol.message.Wire;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done to one board: it takes what came in and the transaction, and returns what to send. It reads no clock but the
 * transaction's and the monotonic time that it is given. Used by the board's owner thread alone.
 */
final class BoardWork {
  private static final Logger log = LoggerFactory.getLogger(BoardWork.class);
  private static final int HOLDS_AT_ONCE = 200;
  private static final int ASSIGNED_AT_ONCE = 100;
  private static final long COMMANDS_KEPT_SECONDS = 24 * 3600;
  private static final long PROCESSES_KEPT_SECONDS = 2 * 24 * 3600;
  private static final int EVERYTHING_EVERY = 10;

  /** An hour: no message is under way for so long. */
  private static final int TIDYINGS_UNTIL_TOLD = 60;

  /** A grant that nobody has heard of for so long is given again. */
  private static final long GIVE_AGAIN_SECONDS = 5;

  /** Several beats, so that none of them was under way when the run started. */
  private static final long FORGOTTEN_AFTER_NANOS = Duration.ofSeconds(10).toNanos();

  private final BoardFile file;
  private final DispatchSettings settings;
  private final LauncherDirectory launchers;
  private final @Nullable SlotLedger direct;
  private final Recompute recompute;
  private int catchUps;
  private final Latencies latencies;
  private final RunReports reports;
  private final Decisions decisions;
  private final Granting granting;
  private final @Nullable LocalGrants local;
  private final DirectGrants elsewhere;
  private final InputApplier inputs;
  private final TakingBack takingBack = new TakingBack();
  private final Map<Long, Long> unlistedSince = new HashMap<>();
  private final HostWatch host;
  private final WaitingLog waiting;
  private final FleetNotes fleet;
  private final ApplyListener listener;
  private final Mirrors mirrors;
  private final SubscriptionSweep subscriptions = new SubscriptionSweep(TIDYINGS_UNTIL_TOLD);
  private long lastRenewal;

  BoardWork(
      BoardFile file,
      DispatchSettings settings,
      LauncherDirectory launchers,
      @Nullable SlotLedger direct,
      RemoteSlots remote,
      Wire wire,
      InstantSource clock,
      ApplyListener listener,
      RemoteVerbs verbs,
      BiConsumer<BoardInput, String> refused) {
    this.file = file;
    this.settings = settings;
    this.launchers = launchers;
    this.direct = direct;
    this.recompute = new Recompute(settings.autoRecoverLimit());
    var completions = new Completions(recompute);
    this.latencies = new Latencies(file.key(), clock, listener);
    this.reports = new RunReports(settings, wire, completions, latencies, listener);
    this.decisions =
        new Decisions(file.key(), file.logs(), wire, new Verdicts(recompute), latencies, listener);
    this.granting = new Granting(
        file, settings, new WorkerContext(java.time.ZoneId.systemDefault(), Map.of()), listener);
    this.local =
        direct == null ? null : new LocalGrants(file.key(), direct, granting, System::nanoTime);
    this.elsewhere = new DirectGrants(settings.host(), remote, granting, System::nanoTime);
    var claims = new ClaimDesk(settings.host(), launchers, granting, elsewhere);
    var creation = new TaskCreation(Skills.hermesToolsets(), null);
    var calls =
        new WorkerCalls(wire, completions, creation, new Links(recompute), reports, listener);
    this.inputs = new InputApplier(reports, calls, decisions, claims, verbs, refused);
    this.host = new HostWatch(file, settings, recompute, reports, wire);
    this.waiting = new WaitingLog(file.key());
    this.fleet = new FleetNotes(
        settings.host(),
        settings.version(),
        file.grants(),
        settings.duties().caps(),
        settings.lostAfter(),
        launchers,
        direct);
    this.listener = listener;
    this.mirrors = new Mirrors(
        new OrderMirror(file.key(), new OrderFile(file.root().resolve("talaria"))),
        new IncidentMirror(file.key(), settings.policy().systemic().pausesLane()));
  }

  /** Applies records from Kafka and moves the board's offsets. */
  void apply(Tx tx, Turn turn, List<BoardInput> records) {
    inputs.apply(tx, turn, records);
  }

  /** What it measures. */
  Latencies latencies() {
    return latencies;
  }

  /** Whether {@link LocalGrants#grant} or {@link DirectGrants#grant} would find work and a slot for it. */
  boolean canGrant(Tx tx) {
    long now = System.nanoTime();
    return local != null && local.canGrant(tx, now) || elsewhere.canGrant(tx, now);
  }

  /** Grants to launchers elsewhere. */
  DirectGrants elsewhere() {
    return elsewhere;
  }

  /** Grants to the launcher in this JVM; null without one. */
  @Nullable
  LocalGrants local() {
    return local;
  }

  /** What operators ordered for this host and what the topology tells, on its way into the board. */
  Mirrors mirrors() {
    return mirrors;
  }

  /** Work that is left to be offered, by lane: what any launcher of the lane could take, and none is known to be free for. */
  Map<String, Long> ready(Tx tx) {
    return new OfferedWork(settings.duties().caps(), settings.offerWindow())
        .by(
            tx,
            lane -> !elsewhere.isReached(lane, System.nanoTime())
                && OrderMirror.against(tx, lane.name(), null).isEmpty()
                && Incidents.mayStart(tx, lane.name()));
  }

  /** Whether the topology was too late for something. */
  boolean hasDueHolds(Tx tx) {
    return Holds.due(tx, HOLDS_AT_ONCE).stream().anyMatch(Holds.Hold::awaitsDecision);
  }

  /** Decides what the topology was too late for. */
  void decideDue(Tx tx) {
    for (Holds.Hold hold : Holds.due(tx, HOLDS_AT_ONCE)) {
      if (hold.awaitsDecision()) {
        decisions.decide(tx, hold);
      }
    }
  }

  /** Decides everything that is open: nobody will do it after a clean stop. */
  void decideAll(Tx tx) {
    for (Holds.Hold hold : Holds.all(tx)) {
      if (hold.awaitsDecision()) {
        decisions.decide(tx, hold);
      }
    }
  }

  /**
   * A launcher says what it has. A run that it does not list any more, and that was granted to an instance which is known to
   * be gone, will never be heard of again.
   */
  void compare(Tx tx, Turn turn, LauncherBeat beat, long nowNanos) {
    List<LauncherRun> live = LauncherRuns.live(tx, beat.launcher().toString());
    for (LauncherRun run : live) {
      if (run.isOpen()) {
        isTakenBack(tx, turn, run, nowNanos);
      } else {
        stop(tx, turn, run, nowNanos);
      }
    }
    if (turn.mayGrant()) { // else the file may be an older one, soon to be replaced
      Set<RunKey> known = live.stream().map(this::keyOf).collect(Collectors.toSet());
      beat.runs().stream()
          .filter(run -> run.board().equals(file.key()) && !known.contains(run))
          .filter(run -> LauncherRuns.get(tx, run.runId())
              .filter(it -> !FormerWorkers.wasGivenUp(it))
              .isEmpty())
          .forEach(
              run -> takingBack.stopUnknown(beat.launcher(), run, nowNanos).ifPresent(turn::reply));
    }
  }

  private RunKey keyOf(LauncherRun run) {
    return file.key().task(run.taskId()).run(run.runId());
  }

  private void stop(Tx tx, Turn turn, LauncherRun run, long nowNanos) {
    if (launchers.isPresent(LauncherKey.parse(run.launcher()), nowNanos)) {
      takingBack.stop(run, keyOf(run), tx.now(), nowNanos).ifPresent(turn::reply);
    }
  }

  /** Takes a run back whose launcher is lost, or has no longer got it. */
  private boolean isTakenBack(Tx tx, Turn turn, LauncherRun run, long nowNanos) {
    RunKey key = keyOf(run);
    LauncherKey launcher = LauncherKey.parse(run.launcher());
    if (launchers.isForsaken(launcher, run.instance(), key, nowNanos)) {
      reports.takeBack(tx, turn, key, "launcher %s came back without this run".formatted(launcher));
      return true;
    }
    Duration silent = launchers.silenceOf(launcher, run.instance(), key, nowNanos);
    if (silent.compareTo(settings.lostAfter()) < 0) {
      return false;
    }
    String lane = Tasks.find(tx, run.taskId()).map(Task::assignee).orElse(null);
    if (silent.compareTo(settings.lostAfter(lane)) < 0) {
      return false;
    }
    reports.launcherLost(tx, key, launcher, silent);
    return true;
  }

  private boolean isSilentForLong(LauncherRun run, long nowNanos) {
    LauncherKey launcher = LauncherKey.parse(run.launcher());
    return launchers
            .silenceOf(launcher, run.instance(), keyOf(run), nowNanos)
            .compareTo(settings.lostAfter())
        >= 0;
  }

  /** Renews claims, takes back what a silent launcher holds, gives again what was missed. */
  void lookAfterRuns(Tx tx, Turn turn, long nowNanos) {
    Duration ttl = settings.claimTtl();
    List<Long> renew = new ArrayList<>();
    List<LauncherRun> live = LauncherRuns.allLive(tx);
    unlistedSince.keySet().retainAll(live.stream().map(LauncherRun::runId).toList());
    takingBack.keepOnly(live.stream().map(this::keyOf).toList());
    for (LauncherRun run : live) {
      LauncherKey launcher = LauncherKey.parse(run.launcher());
      if (!run.isOpen()) {
        stop(tx, turn, run, nowNanos);
        if (FormerWorkers.isAwaited(tx, run) && isSilentForLong(run, nowNanos)) {
          FormerWorkers.noLongerAwaited(tx, run.runId());
        }
        continue;
      }
      if (!isTakenBack(tx, turn, run, nowNanos)) {
        if (isUnknownToItsLauncher(run, nowNanos)) {
          reports.takeBack(
              tx,
              turn,
              file.key().task(run.taskId()).run(run.runId()),
              "launcher %s does not have this run".formatted(launcher));
          continue;
        }
        renew.add(run.runId());
        Optional<Revoke> revoke = hasBeenHeard(run)
            ? takingBack.revoke(run, keyOf(run), tx.now(), nowNanos)
            : Optional.empty();
        revoke.ifPresent(turn::reply);
        if (revoke.isEmpty() && isMissed(tx, run)) {
          granting.giveAgain(tx, turn, run);
        }
      }
    }
    // written when a third of the claim's time has passed, so that beats cost no commits (REVIEW
    // R25); and when the clock was set back, lest what is granted now waits until it has caught up
    if (!renew.isEmpty() && Math.abs(tx.now() - lastRenewal) >= Math.max(1, ttl.toSeconds() / 3)) {
      LauncherRuns.extend(tx, renew, ttl.toSeconds());
      lastRenewal = tx.now();
    }
  }

  /**
   * A started run that the very instance it was granted to has not listed for a while. A launcher forgets a run only when
   * the board has taken note of its end; so the board is an older copy of itself, and has forgotten.
   */
  private boolean isUnknownToItsLauncher(LauncherRun run, long nowNanos) {
    RunKey key = file.key().task(run.taskId()).run(run.runId());
    boolean missing = run.startedAt() != null
        && launchers
            .latest(LauncherKey.parse(run.launcher()))
            .filter(beat -> !beat.farewell()
                && beat.instance().equals(run.instance())
                && !beat.runs().contains(key))
            .isPresent();
    if (!missing) {
      unlistedSince.remove(run.runId());
      return false;
    }
    long since = unlistedSince.computeIfAbsent(run.runId(), id -> nowNanos);
    return nowNanos - since >= FORGOTTEN_AFTER_NANOS;
  }

  private boolean hasBeenHeard(LauncherRun run) {
    return launchers
        .latest(LauncherKey.parse(run.launcher()))
        .filter(beat -> beat.instance().equals(run.instance()) && !beat.farewell())
        .isPresent();
  }

  private boolean isMissed(Tx tx, LauncherRun run) {
    if (run.startedAt() != null || run.grantedAt() > tx.now() - GIVE_AGAIN_SECONDS) {
      return false;
    }
    RunKey key = file.key().task(run.taskId()).run(run.runId());
    return launchers
        .latest(LauncherKey.parse(run.launcher()))
        .filter(beat -> beat.instance().equals(run.instance()) && !beat.runs().contains(key))
        .isPresent();
  }

  /**
   * Lets tasks go that nobody's event moved, in transactions of its own. Most times only what changed is looked at: on a
   * large board looking at everything takes the better part of a second.
   */
  void catchUp(Board board) {
    var catchUp = new CatchUp(recompute);
    if (catchUps++ % EVERYTHING_EVERY == 0) {
      catchUp.everything(board);
    } else {
      catchUp.changes(board);
    }
  }

  /** What else hermes's tick does; and our own clean-up. */
  void tidy(Tx tx) {
    RespawnGuard.review(tx);
    Holds.dropExpired(tx);
    FinishedScratch.note(tx);
    if (file.grants()) {
      subscriptions.look(tx);
    }
    CommandLog.trim(tx, tx.now() - COMMANDS_KEPT_SECONDS);
    FormerWorkers.giveUp(
        tx, launcher -> launchers.isPresent(LauncherKey.parse(launcher), System.nanoTime()));
    WorkerProcesses.trim(tx, tx.now() - PROCESSES_KEPT_SECONDS);
  }

  /** Workers of this host that no launcher of ours has. */
  HostWatch host() {
    return host;
  }

  /** Whether the turn of something scheduled has come, or somebody may be named for a task. */
  boolean hasChores(Tx tx, boolean mayGrant) {
    return Schedules.next(tx).filter(at -> at <= tx.now()).isPresent()
        || mayGrant
            && defaultAssignee().isPresent()
            && !DefaultAssignee.unassigned(tx, 1).isEmpty();
  }

  /** Wakes what is due, and names the default assignee for what has none. */
  void doChores(Tx tx, boolean mayGrant) {
    List<String> woken = Schedules.wakeDue(tx);
    if (!woken.isEmpty()) {
      log.info("Board '{}': the time of {} has come.", file.key(), woken);
    }
    Optional<String> assignee = mayGrant ? defaultAssignee() : Optional.empty();
    if (assignee.isPresent()) {
      for (String task : DefaultAssignee.unassigned(tx, ASSIGNED_AT_ONCE)) {
        if (DefaultAssignee.assign(tx, task, assignee.get())) {
          log.info(
              "Task {} of board '{}' goes to '{}', the default assignee.",
              task,
              file.key(),
              assignee.get());
        }
      }
    }
  }

  /** A profile of this host, or a lane that a launcher serves; another would only hide the task. */
  private Optional<String> defaultAssignee() {
    return DefaultAssignee.canonical(settings.duties().defaultAssignee())
        .filter(name -> settings.duties().profileExists().test(name)
            || Lane.isLane(name) && isServed(new Lane(name)));
  }

  private boolean isServed(Lane lane) {
    return direct != null && direct.lanes().contains(lane)
        || !launchers.serving(lane, System.nanoTime()).isEmpty();
  }

  /** Writes into the board what only the dispatcher knows of the fleet. */
  void noteFleet(Tx tx, boolean placed, long nowNanos) {
    fleet.note(tx, placed, nowNanos);
  }

  /** Puts a clean stop on record. */
  void noteStopped(Tx tx) {
    fleet.stopped(tx, System.nanoTime());
  }

  /**
   * Tells how the board stands.
   *
   * @param published the last event that is on Kafka
   */
  void tellHowItStands(Tx tx, long published) {
    listener.looked(file.key(), Standings.of(tx, published));
  }

  /** Tells how many tasks wait, and why. */
  void tellWhatWaits(Tx tx) {
    var lanes = LaneFacts.of(tx, FleetTable.read(tx), LaneFacts.Lock.HELD);
    Map<WaitingCounts.Key, Long> counts = WaitingCounts.of(tx, lanes);
    listener.waiting(file.key(), counts);
    waiting.tell(counts);
  }

  /** Takes slots for the runs that the launcher in this JVM has from an earlier start. */
  void occupySlots(Tx tx, SlotLedger slots) {
    for (LauncherRun run : LauncherRuns.live(tx, slots.launcher().key().toString())) {
      Tasks.find(tx, run.taskId())
          .map(Task::assignee)
          .filter(Lane::isLane)
          .ifPresent(
              lane -> slots.occupy(file.key().task(run.taskId()).run(run.runId()), new Lane(lane)));
    }
  }
}
