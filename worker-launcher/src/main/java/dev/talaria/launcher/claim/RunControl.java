package dev.talaria.launcher.claim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.launcher.LauncherListener;
import dev.talaria.launcher.api.ReportDesk;
import dev.talaria.launcher.api.WorkerApi;
import dev.talaria.launcher.lane.ExitJudge.Judgement;
import dev.talaria.launcher.lane.LaneMode;
import dev.talaria.launcher.lane.LaneResult;
import dev.talaria.launcher.lane.LaneWatch;
import dev.talaria.launcher.lane.Workspaces;
import dev.talaria.launcher.presence.LauncherIdentity;
import dev.talaria.launcher.process.Guard;
import dev.talaria.launcher.process.RunEnded;
import dev.talaria.launcher.process.SpawnFailure;
import dev.talaria.launcher.process.StopReason;
import dev.talaria.launcher.process.Supervisor;
import dev.talaria.launcher.process.SupervisorListener;
import dev.talaria.launcher.report.CommandSender;
import dev.talaria.launcher.rundir.BoardAnswer;
import dev.talaria.launcher.rundir.ProcessRecord;
import dev.talaria.launcher.rundir.RunDirectories;
import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.BoardCommand;
import dev.talaria.protocol.message.BoardCommand.Ending;
import dev.talaria.protocol.message.BoardCommand.Exited;
import dev.talaria.protocol.message.BoardCommand.NeverStarted;
import dev.talaria.protocol.message.BoardCommand.Started;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Reply;
import dev.talaria.protocol.message.Reply.Grant;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.FailureClass;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows each run of this launcher from its grant to the board's note of its end: starts its worker, reports that it
 * started and how it ended, and keeps its run directory until the board has taken note. The end of a run is reported when
 * everything that its worker said before has been answered, so that it is always the last word.
 *
 * <p>What it keeps in memory can be had again from the run directories. Thread-safe.
 */
public final class RunControl implements SupervisorListener {
  private static final Logger log = LoggerFactory.getLogger(RunControl.class);
  private static final String STARTED = "/started";
  private static final String EXITED = "/exited";
  private static final String NEVER = "/never_started";

  private final LauncherIdentity identity;
  private final Map<Lane, LaneSpec> lanes;
  private final LaneWatch watch;
  private final RunDirectories directories;
  private final WorkerPlan plans;
  private final Workspaces workspaces;
  private final Slots slots;
  private final CommandSender commands;
  private final Wire wire;
  private final InstantSource clock;
  private final Executor starters;
  private final Executor tidiers;
  private final LauncherListener listener;
  private final StartGate gate;
  private final Map<RunKey, Held> runs = new ConcurrentHashMap<>();
  private final Set<RunKey> cutShort = ConcurrentHashMap.newKeySet();
  private final Set<RunKey> starting = ConcurrentHashMap.newKeySet();
  private final TakenBack takenBack;
  private volatile boolean refusing;
  private @Nullable Supervisor supervisor;
  private @Nullable ReportDesk desk;
  private @Nullable WorkerApi api;
  private @Nullable Elsewhere elsewhere;

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
    this.lanes = Map.copyOf(lanes);
    this.watch = watch;
    this.directories = directories;
    this.plans = plans;
    this.workspaces = workspaces;
    this.slots = slots;
    this.commands = commands;
    this.wire = wire;
    this.clock = clock;
    this.starters = starters;
    this.tidiers = tidiers;
    this.listener = listener;
    this.takenBack = new TakenBack(directories, new OwnRuns());
    this.gate = gate;
  }

  /** What is known of a run that its board has not settled. */
  private static final class Held {
    private final RunDirectory directory;
    private final Grant grant;
    private final long grantedNanos = System.nanoTime();
    private volatile @Nullable Path workspace;
    private volatile @Nullable BoardCommand lastWord;
    private volatile boolean completed;

    Held(RunDirectory directory, Grant grant) {
      this.directory = directory;
      this.grant = grant;
    }
  }

  /** Closes the circle: these are built on top of this one. Call before anything else. */
  public void connect(
      Supervisor theSupervisor, ReportDesk theDesk, WorkerApi theApi, Elsewhere theElsewhere) {
    elsewhere = theElsewhere;
    supervisor = theSupervisor;
    desk = theDesk;
    api = theApi;
  }

  /** The profile that a run's worker speaks as. */
  public String profile(RunKey run) {
    Held held = runs.get(run);
    return held == null ? "worker" : held.grant.lane().name();
  }

  /** Every run that its board has not settled yet. */
  public List<RunKey> unsettled() {
    return List.copyOf(runs.keySet());
  }

  /** Takes up the runs that an earlier start left: their slots, their workers' access. Before {@link Supervisor#recover}. */
  public void takeUp() throws IOException {
    for (RunDirectory directory : directories.list()) {
      if (!directory.acknowledged()) {
        takeUp(directory);
      }
    }
    required(desk).resend();
  }

  private void takeUp(RunDirectory directory) throws IOException {
    byte[] bytes = directory.grant().filter(grant -> grant.length > 0).orElse(null);
    if (bytes == null) {
      // made and not yet filled, or a power cut took it: nothing runs, and its board gives it again
      // or takes it back
      directories.remove(directory);
      return;
    }
    try {
      Held held = new Held(directory, (Grant) wire.decode(bytes, Reply.class));
      runs.put(directory.run(), held);
      slots.occupy(directory.run(), held.grant.lane());
      required(api).open(directory, () -> task(held.grant));
      required(elsewhere).adopt(directory, held.grant.place().host());
    } catch (MalformedMessageException | ClassCastException e) {
      log.error(
          "The grant of run {} cannot be read; look at {}: {}",
          directory.run(),
          directory,
          e.getMessage());
    }
  }

  /** From now on grants are given back. */
  public void refuseGrants() {
    refusing = true;
  }

  /** Waits until no run is left that its board has not settled; false when that takes longer. */
  public boolean awaitSettled(Duration limit) {
    long until = System.nanoTime() + limit.toNanos();
    synchronized (runs) {
      try {
        while (!runs.isEmpty()) {
          long left = until - System.nanoTime();
          if (left <= 0) {
            return false;
          }
          TimeUnit.NANOSECONDS.timedWait(runs, left);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  /** A grant came. One for an earlier start of this launcher, and one that is known, changes nothing. */
  public void granted(Grant grant) {
    if (grant.incarnation() != identity.incarnation()
        || !grant.instance().equals(identity.instance())) {
      listener.givenBack(grant.lane());
      log.debug("Run {} was granted to an earlier start of this launcher.", grant.run());
      return;
    }
    if (runs.containsKey(grant.run()) || !starting.add(grant.run())) {
      return;
    }
    boolean hasSlot = !refusing && slots.take(grant.run(), grant.lane(), grant.claim());
    starters.execute(() -> {
      try {
        start(grant, hasSlot);
      } finally {
        starting.remove(grant.run());
        takenBack.isDoomed(grant.run());
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
      Held held = new Held(directory, grant);
      runs.put(grant.run(), held);
      LaneSpec lane = lanes.get(grant.lane());
      if (!hasSlot || lane == null || !watch.serves(grant.lane())) {
        giveBack(held, hasSlot ? watch.why(grant.lane()) : "no slot is free");
        return;
      }
      if (takenBack.isDoomed(grant.run())) {
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
        spawnFailed(grant, FailureClass.INFRA, "This host cannot take the run on: " + cause, null));
  }

  private Exited spawnFailed(
      Grant grant, FailureClass failure, String reason, @Nullable String model) {
    return new Exited(
        grant.run() + EXITED,
        identity.key(),
        grant.run(),
        Ending.SPAWN_FAILED,
        null,
        null,
        failure,
        reason,
        null,
        null,
        null,
        model,
        null,
        null,
        0);
  }

  private void spawn(Held held, LaneSpec lane) throws IOException {
    Grant grant = held.grant;
    WorkerApi.Access access = required(api).open(held.directory, () -> task(grant));
    try {
      WorkerPlan.Plan plan = plans.plan(grant, lane, held.directory, access.url(), access.token());
      held.workspace = plan.workspace();
      Optional<String> ordered = gate.heldBack(grant.run().board(), grant.lane());
      if (ordered.isPresent()) {
        giveBack(held, ordered.get());
        return;
      }
      required(elsewhere)
          .begins(held.directory, grant.place().host(), plan.command().log());
      if (lane.stopAfter() != null) {
        Guard.order(held.directory, grant.run(), plan.command().log(), lane.stopAfter());
      }
      required(supervisor).spawn(held.directory, plan.command());
    } catch (SpawnFailure e) {
      watch.notStarted(grant.lane(), e.failureClass(), e.reason());
      lastWord(
          held, spawnFailed(grant, e.failureClass(), e.reason(), WorkerPlan.model(grant, lane)));
    }
  }

  private void giveBack(Held held, String reason) throws IOException {
    listener.givenBack(held.grant.lane());
    if (held.directory.entomb(reason)) {
      neverStarted(held.grant.run(), reason);
    }
  }

  /** Stops all workers of a lane because this launcher is cut off; their boards will take it for lost. */
  public void stopLane(Lane lane, Duration cutOff) {
    for (Held held : runs.values()) {
      RunKey run = held.grant.run();
      if (held.grant.lane().equals(lane)
          && required(supervisor).live().contains(run)
          && cutShort.add(run)) {
        log.warn(
            "Run {} is stopped: this launcher has been cut off for {} s.", run, cutOff.toSeconds());
        required(supervisor).stop(run, StopReason.LAUNCHER);
      }
    }
  }

  /** The board has closed a run. */
  public void stop(Reply.Stop stop) {
    if (!refusing || runs.containsKey(stop.run())) {
      takenBack.stop(stop);
    }
  }

  /** The board would have a run back that has not started. */
  public void revoke(Reply.Revoke revoke) {
    if (revoke.incarnation() == identity.incarnation()
        && (!refusing || runs.containsKey(revoke.run()))) {
      takenBack.revoke(revoke);
    }
  }

  private final class OwnRuns implements TakenBack.Runs {
    @Override
    public boolean isBeingStarted(RunKey run) {
      return starting.contains(run);
    }

    @Override
    public Optional<RunDirectory> unsettled(RunKey run) {
      return Optional.ofNullable(runs.get(run)).map(held -> held.directory);
    }

    @Override
    public boolean stop(RunKey run, StopReason reason) {
      return required(supervisor).stop(run, reason);
    }

    @Override
    public void neverStarted(RunKey run, String reason) {
      if (runs.containsKey(run)) {
        RunControl.this.neverStarted(run, reason);
      } else {
        commands.send(run.board(), new NeverStarted(run + NEVER, identity.key(), run, reason));
      }
    }

    @Override
    public void startedAgain(RunDirectory directory) throws IOException {
      Optional<ProcessRecord> worker = directory.worker();
      if (worker.isPresent()) {
        Instant at = directory.startedAt().orElse(clock.instant());
        started(directory.run(), worker.get().pid(), at);
      }
    }
  }

  @Override
  public void started(RunKey run, long pid, Instant at) {
    Held held = runs.get(run);
    if (held == null) {
      return;
    }
    double seconds = (System.nanoTime() - held.grantedNanos) / 1e9;
    listener.started(held.grant.lane(), seconds);
    watch.started(held.grant.lane());
    Path workspace = held.workspace;
    commands.send(
        run.board(),
        new Started(
            run + STARTED,
            identity.key(),
            run,
            pid,
            at.toEpochMilli(),
            workspace == null ? null : workspace.toString()));
  }

  @Override
  public void ended(RunEnded end) {
    Held held = runs.get(end.run());
    if (held == null) {
      return;
    }
    LaneSpec lane = lanes.get(held.grant.lane());
    if (lane == null) {
      log.warn(
          "Run {} ended in lane {}, which is no longer served; its exit is judged as a protocol lane's.",
          end.run(),
          held.grant.lane());
    }
    lastWord(held, exited(end, held, lane));
  }

  private Exited exited(RunEnded end, Held held, @Nullable LaneSpec lane) {
    var judge = lane == null
        ? new dev.talaria.launcher.lane.ExitJudge(LaneMode.PROTOCOL, List.of())
        : lane.judge();
    Judgement judgement = judge.judge(end);
    Instant startedAt = end.startedAt();
    LaneResult result = null;
    if (judgement.failure() == null) {
      result = LaneResult.read(
          workspace(held), startedAt == null ? 0 : startedAt.toEpochMilli(), end.tail());
      held.completed = true;
    }
    return new Exited(
        end.run() + EXITED,
        identity.key(),
        end.run(),
        judgement.ending(),
        judgement.code(),
        judgement.signal(),
        judgement.failure(),
        gate.explained(end.stop(), judgement.error(), clock.millis()),
        end.tail(),
        result == null ? null : result.summary(),
        metadata(result),
        lane == null ? null : WorkerPlan.model(held.grant, lane),
        end.pid(),
        startedAt == null ? null : startedAt.toEpochMilli(),
        end.seconds());
  }

  private static @Nullable ObjectNode metadata(@Nullable LaneResult result) {
    if (result == null) {
      return null;
    }
    if (result.problem() != null) {
      log.warn("A worker's result was taken from its output: {}", result.problem());
    }
    return result.metadata();
  }

  @Override
  public void neverStarted(RunKey run, String reason) {
    Held held = runs.get(run);
    if (held != null) {
      lastWord(held, new NeverStarted(run + NEVER, identity.key(), run, reason));
    }
  }

  /** Says the last word about a run, unless its worker's own words are still under way: then it is said after them. */
  private void lastWord(Held held, BoardCommand word) {
    required(api).release(held.grant.run());
    required(elsewhere).tell(held.grant.run());
    synchronized (held) {
      held.lastWord = word;
      if (required(desk).pending(held.grant.run()) > 0) {
        return;
      }
    }
    say(held, word);
  }

  private void say(Held held, BoardCommand word) {
    RunKey run = held.grant.run();
    slots.release(run);
    if (word instanceof Exited exited) {
      FailureClass failure = exited.failure();
      listener.ended(
          held.grant.lane(),
          failure == null ? "done" : failure.name().toLowerCase(java.util.Locale.ROOT));
    }
    commands.send(run.board(), word);
  }

  /** The board's answer to something that a worker said. */
  public void answered(Reply.Answer answer) {
    if (commands.settled(answer.commandId())) {
      BoardAnswer word = answer.done()
          ? BoardAnswer.done(answer.data())
          : BoardAnswer.refused(String.valueOf(answer.reason()));
      answered(answer.commandId(), word);
    }
  }

  private void answered(String commandId, BoardAnswer answer) {
    try {
      required(desk).answered(commandId, answer);
      RunKey run =
          RunKey.parse(commandId.substring(0, commandId.indexOf('/', commandId.lastIndexOf('#'))));
      Held held = runs.get(run);
      if (held != null) {
        WorkerNotes.refused(run, logOf(held), commandId, answer);
        if (answer.done() && commandId.startsWith("/complete/", run.toString().length())) {
          held.completed = true;
        }
        sayHeldBack(held);
      }
    } catch (IOException e) {
      log.error(
          "The board's answer to {} cannot be written down; it is asked for again: {}",
          commandId,
          e.toString());
    }
  }

  private void sayHeldBack(Held held) {
    required(elsewhere).tell(held.grant.run()); // what had to wait for this answer goes first
    BoardCommand word;
    synchronized (held) {
      word = held.lastWord;
      if (word == null
          || required(desk).pending(held.grant.run()) > 0
          || commands.isPending(word.commandId())) {
        return;
      }
    }
    say(held, word);
  }

  /** The board has taken note of reports: what is settled need not be kept. */
  public void settled(Reply.Settled settled) {
    for (String id : settled.commandIds()) {
      commands.settled(id);
      if (id.endsWith(EXITED) || id.endsWith(NEVER)) {
        forget(RunKey.parse(id.substring(0, id.lastIndexOf('/'))));
      } else if (!id.endsWith(STARTED)) {
        answered(id, BoardAnswer.done(null));
      }
    }
  }

  private void forget(RunKey run) {
    takenBack.forget(run);
    cutShort.remove(run);
    Held held = runs.remove(run);
    if (held == null) {
      return;
    }
    synchronized (runs) {
      runs.notifyAll();
    }
    required(desk).release(run);
    required(elsewhere).settled(run);
    try {
      tidiers.execute(
          () -> tidy(held)); // not here: grants wait behind the reply that is being read
    } catch (RejectedExecutionException e) {
      tidy(held);
    }
  }

  private void tidy(Held held) {
    try {
      held.directory.acknowledge();
      if (held.completed
          && held.grant.task().path("workspace_kind").asText("scratch").equals("scratch")) {
        workspaces.removeScratch(workspace(held));
      }
    } catch (IOException e) {
      log.warn("Run directory {} cannot be marked as settled: {}", held.directory, e.toString());
    }
  }

  /** Tells a run's worker something, in its log. */
  public void note(RunKey run, String text) {
    Held held = runs.get(run);
    if (held != null) {
      WorkerNotes.add(run, logOf(held), text);
    }
  }

  private Path logOf(Held held) {
    try {
      return held.directory
          .spawn()
          .map(spawn -> Path.of(spawn.log()))
          .orElse(held.directory.path().resolve("log"));
    } catch (IOException e) {
      return held.directory.path().resolve("log");
    }
  }

  private Path workspace(Held held) {
    Path known = held.workspace;
    if (known != null) {
      return known;
    }
    try {
      return held.directory
          .spawn()
          .map(spawn -> Path.of(spawn.workspace()))
          .orElse(held.directory.path());
    } catch (IOException e) {
      return held.directory.path();
    }
  }

  private JsonNode task(Grant grant) {
    ObjectNode answer = wire.object();
    answer.set("task", grant.task());
    answer.put("run_id", grant.run().runId());
    answer.put("worker_context", grant.context());
    if (grant.slice() != null) {
      answer.set("slice", grant.slice());
    }
    answer.put("at", clock.instant().getEpochSecond());
    return answer;
  }

  private static <T> T required(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("connect() was not called");
    }
    return part;
  }
}
