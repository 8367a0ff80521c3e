package dev.talaria.launcher.detached;

import dev.talaria.board.dispatch.Processes;
import dev.talaria.board.dispatch.RunningWork;
import dev.talaria.board.dispatch.WorkerEnd;
import dev.talaria.launcher.process.ProcStat;
import dev.talaria.launcher.process.ProcessIdentity;
import dev.talaria.launcher.process.ProcessTable;
import dev.talaria.launcher.process.RunInspector;
import dev.talaria.launcher.process.RunState;
import dev.talaria.launcher.process.WorkerExit;
import dev.talaria.launcher.process.WorkerLog;
import dev.talaria.launcher.process.WorkerTree;
import dev.talaria.launcher.rundir.ProcessRecord;
import dev.talaria.launcher.rundir.RunDirectories;
import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.launcher.rundir.SpawnRecord;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.RunKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers of a board on this host that no launcher of ours has: hermes's, those that people claimed for, and those of
 * ticks. Ends of the last are known to any process, because their recording shells write them down (contract Q14).
 * Thread-safe.
 */
public final class HostProcesses implements Processes {
  private static final Logger log = LoggerFactory.getLogger(HostProcesses.class);
  private static final Duration GRACE =
      Duration.ofSeconds(5); // hermes's ten looks, half a second apart
  private static final int TAIL_BYTES = 2_048;
  private static final String BOOT = "@";

  private final BoardKey board;
  private final @Nullable RunDirectories runs;
  private final Path logs;
  private final ProcessTable table;
  private final WorkerTree tree;

  /**
   * For one board.
   *
   * @param runs where ticks keep the run directories of their workers; null where there never was one
   * @param logs where the board's workers' logs are
   */
  public HostProcesses(
      BoardKey board, @Nullable RunDirectories runs, Path logs, ProcessTable table) {
    this.board = board;
    this.runs = runs;
    this.logs = logs;
    this.table = table;
    this.tree = new WorkerTree(table);
  }

  /** As the constructor, with the run directories of ticks where there are some below a home's {@code talaria}. */
  public static HostProcesses of(BoardKey board, Path talaria, Path logs, ProcessTable table) {
    Path root = talaria.resolve(DetachedWorkers.DIRECTORY);
    try {
      RunDirectories runs = Files.isDirectory(root) ? RunDirectories.open(root) : null;
      return new HostProcesses(board, runs, logs, table);
    } catch (IOException e) {
      log.warn("The run directories in {} cannot be used: {}", root, e.toString());
      return new HostProcesses(board, null, logs, table);
    }
  }

  @Override
  public Optional<String> identity(long pid) {
    return table
        .stat(pid)
        .filter(ProcStat::alive)
        .map(stat -> stat.startTime() + BOOT + table.bootId().orElse(""));
  }

  @Override
  public OptionalLong unrecordedPid(RunningWork work) {
    try {
      Optional<RunDirectory> directory = directory(work);
      Optional<ProcessRecord> worker =
          directory.isPresent() ? directory.get().worker() : Optional.empty();
      return worker.map(it -> OptionalLong.of(it.pid())).orElseGet(OptionalLong::empty);
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  @Override
  public WorkerEnd end(RunningWork work) {
    try {
      Optional<RunDirectory> directory = directory(work);
      if (directory.isPresent() && runs != null) {
        RunState state = new RunInspector(table, runs).inspect(directory.get());
        if (state instanceof RunState.Ended ended) {
          return end(WorkerExit.of(ended.exit(), false));
        }
      }
    } catch (IOException e) {
      log.warn("How the worker of task {} ended cannot be read: {}", work.taskId(), e.toString());
    }
    return new WorkerEnd.Unknown();
  }

  private static WorkerEnd end(WorkerExit exit) {
    if (exit instanceof WorkerExit.Code code) {
      return new WorkerEnd.Exited(code.code());
    }
    if (exit instanceof WorkerExit.SignalOrCode signal) {
      return new WorkerEnd.Signalled(signal.signal());
    }
    return exit instanceof WorkerExit.Signal signal
        ? new WorkerEnd.Signalled(signal.signal())
        : new WorkerEnd.Unknown();
  }

  @Override
  public String logTail(RunningWork work) {
    try {
      WorkerLog written = new WorkerLog(logs.resolve(work.taskId() + ".log"));
      Optional<RunDirectory> directory = directory(work);
      Optional<SpawnRecord> spawn =
          directory.isPresent() ? directory.get().spawn() : Optional.empty();
      return written
          .tailFrom(spawn.map(SpawnRecord::logStart).orElse(0L), TAIL_BYTES)
          .strip();
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public Stopped terminate(RunningWork work) {
    Long pid = work.workerPid();
    Long run = work.runId();
    if (pid == null || pid <= 1 || run == null) {
      return Stopped.UNTOUCHED;
    }
    String now = identity(pid).orElse(null);
    if (now == null || work.identity() != null && !work.identity().equals(now)) {
      return new Stopped(false, true, false);
    }
    if (!isWorkerOf(work, pid)) {
      log.warn(
          "Process {} is not signalled: the board takes it for the worker of task {}, but nothing of the process says so.",
          pid,
          work.taskId());
      return Stopped.UNTOUCHED;
    }
    try {
      String startTime = now.substring(0, now.lastIndexOf(BOOT));
      var worker = new ProcessIdentity(pid, startTime, table.bootId().orElse(null));
      WorkerTree.Termination ended = tree.terminate(worker, key(work, run), GRACE);
      if (!ended.survivors().isEmpty()) {
        log.warn("Processes {} of task {} did not end.", ended.survivors(), work.taskId());
      }
      return new Stopped(true, !isAlive(pid, now), ended.killed());
    } catch (IOException e) {
      log.warn("The worker of task {} cannot be signalled: {}", work.taskId(), e.toString());
      return new Stopped(true, false, false);
    }
  }

  /** An id alone may have been given to somebody else's process since it was written down. */
  private boolean isWorkerOf(RunningWork work, long pid) {
    if (table.environmentHas(pid, "HERMES_KANBAN_TASK=" + work.taskId())
        || table.commandLineHas(pid, work.taskId())) {
      return true;
    }
    try {
      Optional<RunDirectory> directory = directory(work);
      Optional<ProcessRecord> worker =
          directory.isPresent() ? directory.get().worker() : Optional.empty();
      return worker
          .filter(it -> it.pid() == pid)
          .flatMap(it -> table.stat(pid).filter(stat -> stat.startTime().equals(it.startTime())))
          .isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  private Optional<RunDirectory> directory(RunningWork work) {
    Long run = work.runId();
    return run == null || runs == null ? Optional.empty() : runs.find(key(work, run));
  }

  private RunKey key(RunningWork work, long run) {
    return board.task(work.taskId()).run(run);
  }
}
