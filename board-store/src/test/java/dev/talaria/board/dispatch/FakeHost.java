package dev.talaria.board.dispatch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** A host without processes: workers live and end as the test says. */
final class FakeHost implements Processes, Spawner, DispatchTick.ScratchTip {
  final Map<Long, String> alive = new TreeMap<>();
  final Map<String, WorkerEnd> ends = new HashMap<>();
  final List<Long> terminated = new ArrayList<>();
  final Map<String, Order> spawned = new HashMap<>();
  final List<String> order = new ArrayList<>();
  String workspaceRefusal;
  String brokenWorkspace = "";
  RuntimeException workspaceError = new UncheckedIOException(new IOException("the disk is gone"));
  String spawnRefusal;
  String tip = "scratch does not last";
  OptionalLong unrecorded = OptionalLong.empty();
  private long nextPid = 1_000;

  @Override
  public Optional<String> identity(long pid) {
    return Optional.ofNullable(alive.get(pid));
  }

  @Override
  public OptionalLong unrecordedPid(RunningWork work) {
    return unrecorded;
  }

  @Override
  public WorkerEnd end(RunningWork work) {
    return ends.getOrDefault(work.taskId(), new WorkerEnd.Unknown());
  }

  @Override
  public String logTail(RunningWork work) {
    return ends.containsKey(work.taskId()) ? "last words" : "";
  }

  @Override
  public Stopped terminate(RunningWork work) {
    terminated.add(work.workerPid());
    return new Stopped(true, alive.remove(work.workerPid()) != null, true);
  }

  @Override
  public String workspace(Order order) throws SpawnRefused {
    if (workspaceRefusal != null) {
      throw new SpawnRefused(workspaceRefusal);
    }
    if (order.taskId().equals(brokenWorkspace)) {
      throw workspaceError;
    }
    return "/work/" + order.taskId();
  }

  @Override
  public OptionalLong spawn(Order order, String workspace) throws SpawnRefused {
    if (spawnRefusal != null) {
      throw new SpawnRefused(spawnRefusal);
    }
    spawned.put(order.taskId(), order);
    this.order.add(order.taskId());
    alive.put(++nextPid, "born-" + nextPid);
    return OptionalLong.of(nextPid);
  }

  @Override
  public String pending() {
    return tip;
  }

  @Override
  public void told() {
    tip = null;
  }
}
