package dev.talaria.dispatcher;

import dev.talaria.board.dispatch.Processes;
import dev.talaria.board.dispatch.RunningWork;
import dev.talaria.board.dispatch.WorkerEnd;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Workers that live and end as a test says. Thread-safe. */
final class TestProcesses implements Processes {
  final Map<Long, String> alive = new ConcurrentHashMap<>();
  final Map<Long, WorkerEnd> ends = new ConcurrentHashMap<>();
  final List<Thread> terminators = new CopyOnWriteArrayList<>();
  final AtomicInteger failures = new AtomicInteger();

  @Override
  public Optional<String> identity(long pid) {
    if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new IllegalStateException("the process table cannot be read");
    }
    return Optional.ofNullable(alive.get(pid));
  }

  @Override
  public OptionalLong unrecordedPid(RunningWork work) {
    return OptionalLong.empty();
  }

  @Override
  public WorkerEnd end(RunningWork work) {
    return ends.getOrDefault(work.workerPid(), new WorkerEnd.Unknown());
  }

  @Override
  public String logTail(RunningWork work) {
    return "last words";
  }

  @Override
  public Stopped terminate(RunningWork work) {
    terminators.add(Thread.currentThread());
    return new Stopped(true, alive.remove(work.workerPid()) != null, false);
  }
}
