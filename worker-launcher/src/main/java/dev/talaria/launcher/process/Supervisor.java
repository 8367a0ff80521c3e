package dev.talaria.launcher.process;

import dev.talaria.launcher.rundir.ExitRecord;
import dev.talaria.launcher.rundir.Marker;
import dev.talaria.launcher.rundir.RunDirectories;
import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.launcher.rundir.SpawnRecord;
import dev.talaria.protocol.id.RunKey;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the live runs of a launcher: starts, adopts, times and stops their workers, and tells how each ended. Its only state is
 * the run directories.
 *
 * <pre>
 *   spawn ---> given to the forker ---> started ---> ended        told: started, ended
 *                    |   \                 |
 *                    |    refused ---> (looked at)
 *                    tombstone                                    told: neverStarted
 *   recover: not decided -> tombstone; running -> adopted; ended or vanished -> told
 * </pre>
 *
 * {@link #close} leaves every worker running. All methods may be called from any thread; one thread decides.
 */
public final class Supervisor implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Supervisor.class);
  private static final int TIMES_GIVEN = 3;
  private static final int TICKS_PER_LOOK =
      10; // runs that a pipe tells of are looked at too, in case it broke

  private final RunDirectories runs;
  private final ProcessTable table;
  private final RunInspector inspector;
  private final SupervisorListener listener;
  private final InstantSource clock;
  private final SupervisorSettings settings;
  private final Forker forker;
  private final WorkerStopper stopper;
  private final RunGroups groups;
  private final RunClock times;
  private final RunPreparation preparation;
  private final EndReader ends;
  private final @Nullable String bootId;
  private final Map<RunKey, LiveRun> live = new ConcurrentHashMap<>();
  private final RunEvents events = new RunEvents();
  private final SupervisorLoop loop = new SupervisorLoop();
  private long ticks;

  public Supervisor(
      RunDirectories runs,
      ProcessTable table,
      ForkerTools tools,
      SupervisorSettings settings,
      InstantSource clock,
      SupervisorListener listener) {
    this(runs, table, tools, RunGroups.none(), settings, clock, listener);
  }

  /** As above, with control groups for the workers. */
  public Supervisor(
      RunDirectories runs,
      ProcessTable table,
      ForkerTools tools,
      RunGroups groups,
      SupervisorSettings settings,
      InstantSource clock,
      SupervisorListener listener) {
    this.runs = runs;
    this.table = table;
    this.settings = settings;
    this.clock = clock;
    this.listener = listener;
    this.inspector = new RunInspector(table, runs);
    this.stopper = new WorkerStopper(table, settings.grace());
    this.bootId = table.bootId().orElse(null);
    this.groups = groups;
    this.times = new RunClock(runs.root(), bootId, System::nanoTime, clock);
    this.preparation = new RunPreparation(groups, times, bootId, clock);
    this.ends = new EndReader(bootId, clock, settings.tailBytes());
    this.forker = new Forker(runs.root(), tools, new ForkerEvents());
  }

  /** Starts the forker and the loop. Call {@link #recover} next, before anything is spawned. */
  public void start() throws IOException {
    forker.start();
    loop.every(settings.pollInterval(), this::tick);
  }

  /**
   * Takes up what an earlier launcher left: adopts what lives, tells what ended, and makes the entry {@code start} of whatever had
   * none, so that it never starts. When this returns {@link #live} has every run that was adopted.
   *
   * @return everything that was found, acknowledged runs included
   */
  public List<RunInspector.Found> recover() throws IOException {
    List<RunInspector.Found> found = inspector.scan(runs);
    loop.runAndWait(() ->
        found.stream().filter(it -> !it.acknowledged()).forEach(it -> recover(it.directory())));
    Set<String> adopted = live.values().stream()
        .map(run -> run.directory.name())
        .collect(java.util.stream.Collectors.toSet());
    groups.tidyAll(adopted::contains);
    return found;
  }

  /**
   * Starts a worker. When this returns the run is under supervision; that it started comes through the listener.
   *
   * @throws SpawnFailure when it cannot be started; the run is then tombstoned, and nothing is told of it
   */
  public void spawn(RunDirectory directory, WorkerCommand command) throws SpawnFailure {
    RunKey run = directory.run();
    try {
      SpawnRecord spawn = preparation.prepare(directory, command);
      LiveRun fresh = new LiveRun(directory, spawn, false, times.active());
      if (live.putIfAbsent(run, fresh) != null) {
        throw new IllegalStateException("Run '%s' is under supervision already.".formatted(run));
      }
      forker.spawn(directory.name());
    } catch (IOException e) {
      SpawnFailure failure = SpawnFailure.ofHost(
          "Cannot write run directory %s: %s".formatted(directory, e.getMessage()), e);
      bury(directory, failure);
      throw failure;
    } catch (SpawnFailure e) {
      bury(directory, e);
      throw e;
    }
  }

  private static void bury(RunDirectory directory, SpawnFailure failure) {
    try {
      directory.entomb(failure.reason());
    } catch (IOException e) {
      // Without the entry no shim was told of it either; a restart will make it.
      log.warn("Cannot write a tombstone for run {}: {}", directory.run(), e.toString());
    }
  }

  /**
   * Stops a worker with all that it started. The end is told once nothing of it lives, or once KILL did not help.
   *
   * @return false when no such run is under supervision
   */
  public boolean stop(RunKey run, StopReason reason) {
    LiveRun found = live.get(run);
    if (found == null) {
      return false;
    }
    loop.run(() -> stop(found, reason));
    return true;
  }

  /** The runs that were spawned or adopted and whose end was not yet told. */
  public Set<RunKey> live() {
    return Set.copyOf(live.keySet());
  }

  /** Stops supervising; leaves the workers, and tells what is already known to have ended. */
  @Override
  public void close() {
    forker.close();
    loop.close();
    stopper.close();
    events.close();
    groups.close();
  }

  // From here on, everything runs on the supervisor's thread

  private void recover(RunDirectory directory) {
    try {
      RunState state = inspector.inspect(directory);
      if (state instanceof RunState.NotDecided) {
        directory.entomb("its launcher was restarted before it started");
        state = inspector.inspect(directory);
      }
      if (state instanceof RunState.Tombstoned) {
        events.submit(
            directory.run(),
            () -> listener.neverStarted(
                directory.run(), "its launcher was restarted before it started"));
        return;
      }
      adopt(directory);
    } catch (IOException | RuntimeException e) { // whatever it is, the other runs are taken up
      log.error("Cannot take up run {}; look at {}.", directory.run(), directory, e);
    }
  }

  private void adopt(RunDirectory directory) throws IOException {
    SpawnRecord spawn = directory
        .spawn()
        .orElseThrow(
            () -> new IOException("%s has an entry start but no spawn.json".formatted(directory)));
    LiveRun run = new LiveRun(directory, spawn, true, times.active());
    if (live.putIfAbsent(directory.run(), run) != null) {
      return;
    }
    run.startedAt(times.startOf(spawn, directory.startedAt().orElse(clock.instant())));
    Optional<String> stopping = directory.marker(Marker.STOPPING);
    if (stopping.isPresent()) {
      run.wasSignalled = true;
    }
    look(run);
    if (stopping.isPresent() && !run.ended) {
      stop(run, reason(stopping.get()));
    } else if (stopping.isPresent()) {
      run.stop = reason(stopping.get());
    }
    if (!run.ended) {
      log.info("Adopted run {}", directory.run());
    }
    deliver(run);
  }

  private static StopReason reason(String marker) {
    try {
      return StopReason.valueOf(marker.trim());
    } catch (IllegalArgumentException e) {
      return StopReason.LAUNCHER;
    }
  }

  private void tick() {
    long active = times.tick();
    boolean lookAtAll = ++ticks % TICKS_PER_LOOK == 0;
    if (lookAtAll) {
      groups.tidy();
    }
    for (LiveRun run : live.values()) {
      try {
        if (run.overdue(active)) {
          stop(run, StopReason.TIMED_OUT);
        }
        if (!run.ended && !run.adopted && run.worker == null) {
          giveAgainIfLate(run, active);
        } else if (!run.ended && (run.adopted || lookAtAll)) {
          look(run);
          deliver(run);
        }
      } catch (IOException | RuntimeException e) { // whatever it is, the other runs are looked at
        log.warn("Cannot look at run {}; will try again: {}", run.directory.run(), e.toString());
      }
    }
  }

  private void giveAgainIfLate(LiveRun run, long active) throws IOException {
    if (active - run.givenActive < settings.startPatience().toNanos()) {
      return;
    }
    run.givenActive = active;
    look(run);
    deliver(run);
    if (run.worker != null || run.ended || !live.containsKey(run.directory.run())) {
      return;
    }
    if (run.timesGiven >= TIMES_GIVEN) {
      entomb(run, "the forker did not start it, %d times".formatted(run.timesGiven));
    } else if (inspector.inspect(run.directory) instanceof RunState.NotDecided) {
      run.timesGiven++;
      forker.spawn(run.directory.name());
    }
  }

  /** Brings what is known of a run up to what its directory says. */
  private void look(LiveRun run) throws IOException {
    RunState state = inspector.inspect(run.directory);
    if (state instanceof RunState.Running running) {
      if (running.worker() != null && run.worker == null) {
        started(run, running.worker());
      }
    } else if (state instanceof RunState.Ended ended) {
      ended(run, ended.exit());
    } else if (state instanceof RunState.Vanished) {
      ended(run, null);
    } else if (state instanceof RunState.Tombstoned) {
      neverStarted(run, run.directory.tombstone().orElse("it was tombstoned"));
    }
  }

  private void started(LiveRun run, ProcessIdentity worker) {
    run.worker = worker;
    if (!run.adopted) {
      run.startedAt(times.tick());
    }
    if (!run.toldStarted) {
      run.toldStarted = true;
      events.submit(
          run.directory.run(),
          () -> listener.started(
              run.directory.run(),
              worker.pid(),
              run.directory.startedAt().orElse(clock.instant())));
    }
    if (run.stop != null) {
      terminate(run, worker, run.stop);
    }
  }

  private void ended(LiveRun run, @Nullable ExitRecord exit) throws IOException {
    if (run.ended) {
      return;
    }
    run.ended = true;
    run.exit = exit;
    if (run.worker == null) {
      run.worker = run.directory
          .worker()
          .map(it -> ProcessIdentity.of(it, run.spawn.bootId()))
          .orElse(null);
    }
  }

  /** Tells the end, but not while its tree is being killed: nothing of it may live on unnoticed. */
  private void deliver(LiveRun run) {
    if (!run.ended || run.terminating || run.delivered) {
      return;
    }
    run.delivered = true;
    EndReader.Last last = ends.last(run, times.tick());
    RunKey key = run.directory.run();
    events.submit(key, () -> {
      try {
        listener.ended(ends.read(last));
      } finally {
        live.remove(key, run);
        release(run);
      }
    });
  }

  private void release(LiveRun run) {
    RunGroup group = run.group();
    if (group != null) {
      groups.release(group);
    }
  }

  private void neverStarted(LiveRun run, String reason) {
    RunKey key = run.directory.run();
    if (live.remove(key, run)) {
      release(run);
      events.submit(key, () -> listener.neverStarted(key, reason));
    }
  }

  private void entomb(LiveRun run, String reason) throws IOException {
    if (run.directory.entomb(reason)) {
      neverStarted(run, reason);
    }
  }

  private void stop(LiveRun run, StopReason reason) {
    if (run.stop != null || run.ended) {
      return;
    }
    run.stop = reason;
    try {
      look(run);
      if (!run.ended && run.worker == null) {
        entomb(
            run,
            reason.words()); // when a shim was first, it is terminated as soon as it has a worker
      } else if (!run.ended && run.worker != null) {
        terminate(run, run.worker, reason);
      }
      deliver(run);
    } catch (IOException e) {
      log.error("Cannot stop run {}; will try again.", run.directory.run(), e);
      run.stop = null;
    }
  }

  private void terminate(LiveRun run, ProcessIdentity worker, StopReason reason) {
    if (run.terminating) {
      return;
    }
    run.terminating = true;
    run.wasSignalled = true;
    RunKey key = run.directory.run();
    events.submit(key, () -> listener.stopping(key, reason));
    stopper.stop(run, worker, reason, survivors -> loop.run(() -> terminated(run, survivors)));
  }

  private void terminated(LiveRun run, List<Long> survivors) {
    run.terminating = false;
    if (!survivors.isEmpty()) {
      log.warn(
          "Run {} was killed, but these of its processes live: {}", run.directory.run(), survivors);
      events.submit(run.directory.run(), () -> listener.survived(run.directory.run(), survivors));
    }
    deliver(run);
  }

  /** Brings what the forker says onto the supervisor's thread. */
  private final class ForkerEvents implements Forker.Listener {
    @Override
    public void started(String name, long pid, String startTime) {
      withRun(name, run -> {
        if (run.worker == null && !run.ended) {
          String born = startTime.equals("-") ? rememberBirth(run.directory, pid) : startTime;
          Supervisor.this.started(run, new ProcessIdentity(pid, born, bootId));
        }
      });
    }

    @Override
    public void ended(String name, String words) {
      withRun(name, run -> {
        Optional<ExitRecord> said = ExitRecord.parseWords(words);
        Supervisor.this.ended(run, run.directory.exit().or(() -> said).orElse(null));
        deliver(run);
      });
    }

    @Override
    public void refused(String name) {
      withRun(name, run -> {
        look(run);
        deliver(run);
        if (run.worker == null && !run.ended) {
          entomb(run, "its recording shell could not write into " + run.directory);
        }
      });
    }

    @Override
    public void restarted() {
      loop.run(() -> live.values().stream()
          .filter(run -> !run.adopted && run.worker == null && !run.ended)
          .forEach(run -> forker.spawn(run.directory.name())));
    }

    private void withRun(String name, RunAction action) {
      loop.run(() -> {
        Optional<LiveRun> run = runs.named(name).map(directory -> live.get(directory.run()));
        if (run.isEmpty()) {
          log.debug("The forker spoke of run {}, which is not under supervision.", name);
          return;
        }
        try {
          action.on(run.get());
        } catch (IOException e) {
          log.warn("Cannot look at run {}; will try again: {}", name, e.toString());
        }
      });
    }

    private String rememberBirth(RunDirectory directory, long pid) throws IOException {
      String born = table.stat(pid).map(ProcStat::startTime).orElse("-");
      directory.mark(Marker.BORN, born);
      return born;
    }
  }

  /** Something to do about a run that may fail on the disk. */
  private interface RunAction {
    void on(LiveRun run) throws IOException;
  }
}
