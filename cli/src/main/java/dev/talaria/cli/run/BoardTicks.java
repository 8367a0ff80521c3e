package dev.talaria.cli.run;

import dev.talaria.board.Board;
import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.Caps;
import dev.talaria.board.dispatch.DispatchTick;
import dev.talaria.board.dispatch.FinishedScratch;
import dev.talaria.board.dispatch.FinishedScratch.Leftover;
import dev.talaria.board.dispatch.Processes;
import dev.talaria.board.dispatch.TickResult;
import dev.talaria.board.dispatch.TickSettings;
import dev.talaria.board.home.BoardHome;
import dev.talaria.board.home.BoardLocation;
import dev.talaria.board.home.ScratchRemoval;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.transition.ClaimTtl;
import dev.talaria.board.transition.CrashGrace;
import dev.talaria.board.transition.Recompute;
import dev.talaria.cli.HostName;
import dev.talaria.cli.Session;
import dev.talaria.cli.Surroundings;
import dev.talaria.cli.Surroundings.Pauses;
import dev.talaria.dispatcher.lock.BoardLocks;
import dev.talaria.launcher.claim.LaneSpec;
import dev.talaria.launcher.claim.WorkerPlan;
import dev.talaria.launcher.detached.DetachedWorkers;
import dev.talaria.launcher.detached.HostProcesses;
import dev.talaria.launcher.lane.LaneMode;
import dev.talaria.launcher.lane.Places;
import dev.talaria.launcher.lane.WorkerEnvironment;
import dev.talaria.launcher.lane.Workspaces;
import dev.talaria.launcher.process.ForkerTools;
import dev.talaria.launcher.process.ProcessTable;
import dev.talaria.launcher.rundir.RunDirectories;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.Reply.BoardPlace;
import dev.talaria.protocol.message.Wire;
import dev.talaria.service.HostIdentity;
import dev.talaria.service.config.ConfigLoader;
import dev.talaria.service.config.KanbanConfig;
import dev.talaria.service.config.TalariaConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ticks over one board, for people who have no {@code talaria up}: the board stays open between them, the dispatch locks
 * are held during each. Not thread-safe.
 */
final class BoardTicks implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(BoardTicks.class);
  private static final int LEFTOVERS_AT_ONCE = 200;

  private final BoardHome home;
  private final BoardLocation location;
  private final BoardKey key;
  private final TalariaConfig config;
  private final Board board;
  private final DetachedWorkers workers;
  private final Processes processes;
  private final ScratchRemoval scratch;
  private final DispatchTick tick;
  private final TickAbsences absences;
  private final InstantSource clock;

  /** Told of a tick that was left out. */
  @FunctionalInterface
  interface Skipped {
    void because(String who);
  }

  /**
   * What the caller was told on its command line.
   *
   * @param maxSpawn most running tasks; null for what is configured
   * @param failureLimit null for what is configured
   * @param takesBackStale whether silent workers are ended, as hermes's gateway does and its command does not
   */
  record Options(
      @Nullable Integer maxSpawn, @Nullable Integer failureLimit, boolean takesBackStale) {}

  BoardTicks(Session session, Options options) throws IOException {
    Surroundings around = session.surroundings();
    home = session.home();
    location = session.location();
    config = new ConfigLoader(home.root(), around.environment(), Map.of()).load();
    key =
        new BoardKey(new HostIdentity(home.root()).resolve(config.fleet().host()), location.slug());
    Path talaria = home.root().resolve("talaria");
    ProcessTable table = ProcessTable.ofThisHost();
    RunDirectories runs = RunDirectories.open(talaria.resolve(DetachedWorkers.DIRECTORY));
    Lanes lanes = new Lanes(home.root(), around.environment());
    Map<String, LaneSpec> configured = lanes.configured(config.launcher());
    KanbanConfig kanban = config.kanban();
    var plans = new WorkerPlan(
        key.host(),
        null, // each board that ticks is of this host
        new Workspaces(
            home.root(),
            around.userHome(),
            home.pinnedWorkspaces().orElse(null),
            slug -> home.metadata(slug).defaultWorkdir()),
        null,
        new Places(List.of()),
        new WorkerEnvironment(around.environment(), Set.of()),
        kanban.workerLogRotateBytes(),
        kanban.workerLogBackupCount());
    workers = new DetachedWorkers(
        key,
        this::placeOf,
        profile -> configured.containsKey(profile)
            ? configured.get(profile)
            : lanes.hermesProfile(profile),
        plans,
        runs,
        table,
        ForkerTools.ofThisHost(),
        new Wire(),
        around.clock(),
        talaria);
    processes = new HostProcesses(key, runs, location.logs(), table);
    scratch = ScratchRemoval.of(home);
    board = Board.openOrCreate(location.database(), session.boardOptions());
    clock = around.clock();
    TickSettings settings = settings(around, options, configured);
    absences = new TickAbsences(settings.claimTtlSeconds(), System.nanoTime(), clock.millis());
    tick = new DispatchTick(
        board,
        settings,
        processes,
        workers,
        new ScratchTipFile(home.root().resolve(".scratch_tip_shown")),
        work -> "%s; log %s".formatted(workspaceOf(work.taskId()), location.log(work.taskId())),
        new Recompute(config.dispatch().autoRecoverLimit()));
  }

  private TickSettings settings(
      Surroundings around, Options options, Map<String, LaneSpec> configured) {
    KanbanConfig kanban = config.kanban();
    String host = HostName.system();
    Integer limit = options.failureLimit() != null
        ? options.failureLimit()
        : config.policy().failureLimit();
    long ttl = ClaimTtl.of(around.environment());
    return new TickSettings(
        host,
        host + ":" + ProcessHandle.current().pid(),
        ttl == ClaimTtl.DEFAULT_SECONDS ? config.dispatch().claimTtl().toSeconds() : ttl,
        CrashGrace.of(around.environment()),
        options.takesBackStale() ? kanban.staleTimeout().toSeconds() : 0,
        limit == null ? null : limit.longValue(),
        config.dispatch().runCeilingPerDay(),
        new Caps(
            options.maxSpawn() != null ? options.maxSpawn() : kanban.maxSpawn(),
            kanban.maxInProgress(),
            kanban.maxInProgressPerProfile()),
        kanban.defaultAssignee(),
        config.policy().retryModelEscalation(),
        profile -> isSpawnable(profile, configured.get(profile)),
        around.zone());
  }

  /** A lane whose exit code is its answer needs a launcher that stays; a profile of hermes speaks for itself. */
  private boolean isSpawnable(String profile, @Nullable LaneSpec configured) {
    return configured == null
        ? home.profileExists(profile)
        : configured.judge().mode() == LaneMode.PROTOCOL;
  }

  /** How long ticks lie apart, as configured. */
  Duration interval() {
    return config.kanban().dispatchInterval();
  }

  /**
   * Waits until the next tick. What was slept, or stopped, meanwhile counts against nobody.
   *
   * @param pauses waits for a part of it; false ends the wait
   * @return whether there is to be a next one
   */
  boolean await(Duration pause, Pauses pauses) {
    absences.worked(System.nanoTime(), clock.millis());
    for (long left = pause.toMillis(); left > 0; left -= TickAbsences.LONGEST_WAIT_MILLIS) {
      if (!pauses.pause(Duration.ofMillis(Math.min(left, TickAbsences.LONGEST_WAIT_MILLIS)))) {
        return false;
      }
      absences.waited(System.nanoTime(), clock.millis());
    }
    return true;
  }

  /** One tick; an empty one, and a word about it, while somebody else dispatches the board. */
  TickResult run(Skipped skipped) {
    try (var locks = new BoardLocks()) {
      Optional<String> other = locks.tryTake(location.database());
      if (other.isPresent()) {
        skipped.because(other.get());
        return new TickResult();
      }
      TickResult result = tick.run(absences.absences());
      workers.settle(this::isOpen);
      removeLeftovers();
      return result;
    }
  }

  /** What a tick would do; it takes no lock, and changes nothing. */
  TickResult dryRun() {
    return tick.dryRun();
  }

  /** Scratch workspaces of tasks that were completed a while ago, once nobody works there any more. */
  private void removeLeftovers() {
    board.change(FinishedScratch::note);
    for (Leftover leftover : board.read(tx -> FinishedScratch.due(tx, LEFTOVERS_AT_ONCE))) {
      if (leftover.isAbandoned(processes)) {
        try {
          scratch.remove(leftover.workspace());
          board.change(tx -> FinishedScratch.forget(tx, leftover.taskId()));
        } catch (UncheckedIOException e) {
          log.warn("{} {}; it is tried again.", e.getMessage(), String.valueOf(e.getCause()));
        }
      }
    }
  }

  private boolean isOpen(RunKey run) {
    return board.read(tx -> Tasks.run(tx, run.runId()).filter(Run::isOpen).isPresent());
  }

  private String workspaceOf(String taskId) {
    return board
        .read((Tx tx) -> Tasks.find(tx, taskId).map(Task::workspacePath))
        .map("workspace "::concat)
        .orElse("no workspace");
  }

  private BoardPlace placeOf(String taskId) {
    return new BoardPlace(
        key.host(),
        home.root().toString(),
        location.database().toString(),
        location.slug(),
        location.workspaces().toString(),
        location.log(taskId).toString());
  }

  /** Lets go of the workers, which go on, and of the board. */
  @Override
  public void close() {
    workers.close();
    board.close();
  }
}
