package dev.talaria.board.dispatch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Board;
import dev.talaria.board.Row;
import dev.talaria.board.Tx;
import dev.talaria.board.context.WorkerContext;
import dev.talaria.board.dispatch.HostDuties.Findings;
import dev.talaria.board.dispatch.Spawner.Order;
import dev.talaria.board.dispatch.TickResult.Capped;
import dev.talaria.board.dispatch.TickResult.Guarded;
import dev.talaria.board.dispatch.TickResult.Spawned;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.event.Events;
import dev.talaria.board.order.Pauses;
import dev.talaria.board.task.Assignments;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.transition.CatchUp;
import dev.talaria.board.transition.ClaimResult;
import dev.talaria.board.transition.Claims;
import dev.talaria.board.transition.Failures;
import dev.talaria.board.transition.Reclaims;
import dev.talaria.board.transition.Recompute;
import dev.talaria.board.transition.Schedules;
import dev.talaria.protocol.message.StandingOrder;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One turn over a board without Kafka, in hermes's order (contract 5.2): take back what is dead, silent or too slow, let go
 * what nothing holds back, start workers for what is ready and for what waits for a review. Each step is a transaction of
 * its own; processes are ended and started between them. One thread, and the only dispatcher of the board meanwhile.
 */
public final class DispatchTick {
  private static final Logger log = LoggerFactory.getLogger(DispatchTick.class);
  private static final String REVIEW = "review";
  private static final List<String> REVIEW_SKILLS = List.of("sdlc-review");

  private static final String WAITING = """
      SELECT t.id, t.assignee, t.priority, t.created_at
        FROM tasks t
       WHERE t.status = ?
         AND t.claim_lock IS NULL
         AND NOT EXISTS (SELECT 1
                           FROM talaria_holds h
                          WHERE h.task_id = t.id
                            AND (h.reason = 'decision' OR (h.reason IN ('backoff', 'stopping') AND h.until > ?)))
       ORDER BY t.priority DESC, t.created_at, t.rowid
      """;
  private static final String ONE_WAITING =
      "SELECT id, assignee, priority, created_at FROM tasks WHERE id = ?";

  private final Board board;
  private final TickSettings settings;
  private final Processes processes;
  private final Spawner spawner;
  private final ScratchTip tip;
  private final Recompute recompute;
  private final Failures failures;
  private final WorkerEnds ends;
  private final HostDuties duties;
  private final ClaimEscalation escalation;
  private final WorkerContext context;
  private final Whereabouts whereabouts;

  /** Where a task's workspace and log are, in words, for messages to people. */
  @FunctionalInterface
  public interface Whereabouts {
    String of(RunningWork work);
  }

  /** Tells once per installation that scratch workspaces do not last. */
  public interface ScratchTip {
    /** What to say; null when it was said before. */
    @Nullable
    String pending();

    /** It is on record now. */
    void told();
  }

  public DispatchTick(
      Board board,
      TickSettings settings,
      Processes processes,
      Spawner spawner,
      ScratchTip tip,
      Whereabouts whereabouts,
      Recompute recompute) {
    this.board = board;
    this.settings = settings;
    this.processes = processes;
    this.spawner = spawner;
    this.tip = tip;
    this.whereabouts = whereabouts;
    this.recompute = recompute;
    this.failures = new Failures(recompute);
    this.ends = new WorkerEnds(recompute, settings.hostName());
    this.duties = new HostDuties(
        settings.hostName(),
        settings.crashGraceSeconds(),
        settings.staleTimeoutSeconds(),
        processes);
    this.escalation = new ClaimEscalation(settings.ladder());
    this.context = new WorkerContext(settings.zone(), Map.of());
  }

  private record Waiting(String id, @Nullable String assignee, long priority, long createdAt) {
    static Waiting of(Row row) {
      return new Waiting(
          row.requireText("id"),
          row.text("assignee"),
          row.number("priority"),
          row.number("created_at"));
    }
  }

  /** A task that was claimed, ready to be started. */
  private record Claimed(Task task, long runId) {}

  /** Does it all. */
  public TickResult run() {
    return run(Absences.none(settings.claimTtlSeconds()));
  }

  /** As {@link #run()}, by somebody who knows when it was away: what was slept counts against nobody. */
  public TickResult run(Absences absences) {
    var result = new TickResult();
    Findings found = board.read(tx -> duties.look(tx, true, absences));
    if (!found.seen().isEmpty() || !found.unrecorded().isEmpty()) {
      board.change(tx -> duties.remember(tx, found));
    }
    releaseExpired(found, result);
    takeBackStale(found.stale(), result);
    recordCrashes(found.dead(), result);
    endOvertime(found.overtime(), result);
    int woken = board.<List<String>>write(Schedules::wakeDue).size();
    result.promoted(woken + new CatchUp(recompute).everything(board));
    Allowance allowance = board.read(tx -> Allowance.of(tx, settings.caps()));
    ready(allowance, result);
    review(allowance, result);
    return result;
  }

  /**
   * Says what {@link #run} would do now, and changes nothing: what it would take back is counted, but not planned again.
   */
  public TickResult dryRun() {
    return board.read(tx -> {
      var result = new TickResult();
      Findings found = duties.look(tx, true);
      result.reclaimed(found.reclaim().size());
      result.stale().addAll(ids(found.stale()));
      result.crashed().addAll(ids(found.dead()));
      result.timedOut().addAll(ids(found.overtime()));
      List<String> promotable = recompute.promotable(tx);
      result.promoted(promotable.size());
      Allowance allowance = Allowance.of(tx, settings.caps());
      List<Waiting> ready = new ArrayList<>(waiting(tx, "ready"));
      promotable.forEach(id -> tx.first(ONE_WAITING, Waiting::of, id).ifPresent(ready::add));
      ready.sort(Comparator.comparingLong((Waiting task) -> -task.priority())
          .thenComparingLong(Waiting::createdAt));
      for (Waiting task : ready) {
        if (allowance.left() == 0) {
          break;
        }
        planReady(tx, task, allowance, result);
      }
      for (Waiting task : waiting(tx, REVIEW)) {
        if (allowance.left() == 0) {
          break;
        }
        String profile = spawnable(task.id(), task.assignee(), result);
        if (profile != null && !isPaused(tx, task.id(), profile, result)) {
          plan(tx, task, profile, allowance, result);
        }
      }
      return result;
    });
  }

  private void planReady(Tx tx, Waiting task, Allowance allowance, TickResult result) {
    String assignee = task.assignee();
    if (isNobody(assignee)) {
      assignee = defaultAssignee();
      if (assignee != null) {
        result.autoAssignedDefault().add(task.id());
      }
    }
    String profile = spawnable(task.id(), assignee, result);
    if (profile == null
        || isPaused(tx, task.id(), profile, result)
        || isCapped(task.id(), profile, allowance, result)) {
      return;
    }
    var guarded = RespawnGuard.check(tx, Tasks.find(tx, task.id()).orElseThrow());
    if (guarded.isPresent()) {
      result.respawnGuarded().add(new Guarded(task.id(), guarded.get().reason()));
      return;
    }
    plan(tx, task, profile, allowance, result);
  }

  private static void plan(
      Tx tx, Waiting task, String profile, Allowance allowance, TickResult result) {
    allowance.take(profile);
    String workspace = Tasks.find(tx, task.id()).map(Task::workspacePath).orElse("");
    result.spawned().add(new Spawned(task.id(), profile, workspace));
  }

  private static List<Waiting> waiting(Tx tx, String status) {
    return tx.list(WAITING, Waiting::of, status, tx.now());
  }

  private static List<String> ids(List<RunningWork> found) {
    return found.stream().map(RunningWork::taskId).toList();
  }

  // ---- what runs

  private void releaseExpired(Findings found, TickResult result) {
    for (RunningWork work : found.extend()) {
      board.change(tx -> Reclaims.extend(tx, work.asExpired(), settings.claimTtlSeconds()));
    }
    for (RunningWork work : found.reclaim()) {
      var termination = work.termination(duties.terminate(work), settings.hostName());
      if (board.write(tx -> Reclaims.reclaimExpired(tx, work.asExpired(), termination))) {
        result.reclaimed(1);
        log.info(
            "Task {} is taken back: its claim by {} ran out.", work.taskId(), work.claimLock());
      }
    }
  }

  private void takeBackStale(List<RunningWork> found, TickResult result) {
    for (RunningWork work : found) {
      var stopped = duties.terminate(work);
      if (board.write(tx -> ends.stale(tx, work, settings.staleTimeoutSeconds(), stopped))) {
        result.stale().add(work.taskId());
      }
    }
  }

  private void recordCrashes(List<RunningWork> found, TickResult result) {
    if (found.isEmpty()) {
      return;
    }
    List<WorkerEnds.Dead> dead = found.stream()
        .map(work -> new WorkerEnds.Dead(
            work, processes.end(work), processes.logTail(work), whereabouts.of(work)))
        .toList();
    var crashed = board.write(tx -> ends.crashed(tx, dead, settings.failureLimit()));
    result.crashed().addAll(crashed.ids());
    result.autoBlocked().addAll(crashed.blocked());
  }

  private void endOvertime(List<RunningWork> found, TickResult result) {
    for (RunningWork work : found) {
      var stopped = duties.terminate(work);
      if (board.write(tx -> ends.timedOut(tx, work, stopped, settings.failureLimit()))) {
        result.timedOut().add(work.taskId());
      }
    }
  }

  // ---- what waits

  private void ready(Allowance allowance, TickResult result) {
    for (Waiting task : board.read(tx -> waiting(tx, "ready"))) {
      if (allowance.left() == 0) {
        return;
      }
      String assignee = task.assignee();
      if (isNobody(assignee)) {
        assignee = assignedByDefault(task.id(), result);
      }
      String profile = spawnable(task.id(), assignee, result);
      if (profile != null
          && !board.read(tx -> isPaused(tx, task.id(), profile, result))
          && !isCapped(task.id(), profile, allowance, result)
          && !isGuarded(task.id(), result)) {
        start(task.id(), "ready", profile, allowance, result);
      }
    }
  }

  private void review(Allowance allowance, TickResult result) {
    for (Waiting task : board.read(tx -> waiting(tx, REVIEW))) {
      if (allowance.left() == 0) {
        return;
      }
      String profile = spawnable(task.id(), task.assignee(), result);
      if (profile != null && !board.read(tx -> isPaused(tx, task.id(), profile, result))) {
        start(task.id(), REVIEW, profile, allowance, result);
      }
    }
  }

  private static boolean isNobody(@Nullable String assignee) {
    return assignee == null || assignee.isBlank();
  }

  private @Nullable String defaultAssignee() {
    return DefaultAssignee.canonical(settings.defaultAssignee())
        .filter(settings.profileExists())
        .orElse(null);
  }

  private @Nullable String assignedByDefault(String taskId, TickResult result) {
    String profile = defaultAssignee();
    if (profile == null || !board.write(tx -> DefaultAssignee.assign(tx, taskId, profile))) {
      return null;
    }
    result.autoAssignedDefault().add(taskId);
    return profile;
  }

  /** The profile to start; null, with the reason in its list, when there is none. */
  private @Nullable String spawnable(String taskId, @Nullable String assignee, TickResult result) {
    if (assignee == null || assignee.isBlank()) {
      result.skippedUnassigned().add(taskId);
      return null;
    }
    if (!settings.profileExists().test(assignee)) {
      result.skippedNonspawnable().add(taskId);
      return null;
    }
    return assignee;
  }

  private static boolean isCapped(
      String taskId, String profile, Allowance allowance, TickResult result) {
    if (!allowance.isProfileFull(profile)) {
      return false;
    }
    result.skippedPerProfileCapped().add(new Capped(taskId, profile, allowance.running(profile)));
    return true;
  }

  private boolean isGuarded(String taskId, TickResult result) {
    var guarded =
        board.read(tx -> Tasks.find(tx, taskId).flatMap(it -> RespawnGuard.check(tx, it)));
    if (guarded.isEmpty()) {
      return false;
    }
    String reason = guarded.get().reason();
    board.change(tx -> RespawnGuard.note(tx, taskId, reason));
    result.respawnGuarded().add(new Guarded(taskId, reason));
    return true;
  }

  private void start(
      String taskId, String column, String profile, Allowance allowance, TickResult result) {
    Claimed claimed = claim(taskId);
    if (claimed == null) {
      return;
    }
    Order order = board.read(tx -> order(tx, claimed, column, profile));
    String workspace;
    try {
      workspace = spawner.workspace(order);
    } catch (SpawnRefused e) {
      failed(taskId, "workspace: " + e.reason(), result);
      return;
    } catch (UncheckedIOException e) {
      failed(taskId, "workspace: " + e, result);
      return;
    } catch (RuntimeException e) {
      // an error of ours is no failure of the task: it need not stay claimed, and whoever ticks is
      // told
      giveBack(claimed, "workspace: " + e, result);
      throw e;
    }
    Order prepared = board.write(tx -> prepare(tx, claimed, column, profile, workspace));
    try {
      OptionalLong pid = spawner.spawn(prepared, workspace);
      board.change(tx -> started(tx, claimed, pid));
      allowance.take(profile);
      result.spawned().add(new Spawned(taskId, profile, workspace));
    } catch (SpawnRefused e) {
      if (e.isOnOrder()) {
        giveBack(claimed, e.reason(), result);
      } else {
        failed(taskId, e.reason(), result);
      }
    }
  }

  /** It did not start for no fault of its own. */
  private void giveBack(Claimed claimed, String reason, TickResult result) {
    String id = claimed.task().id();
    RunEnd end = RunEnd.of("reclaimed", "reclaimed")
        .withError(reason)
        .withPayload(BoardJson.object().put("reason", reason).put("class", "lost"));
    board.change(tx -> RunEnds.closeRun(tx, id, claimed.runId(), end));
    result.paused().add(new Guarded(id, reason));
  }

  private boolean isPaused(Tx tx, String taskId, String profile, TickResult result) {
    Optional<String> order = spawner
        .heldBack(profile)
        .or(() -> Pauses.covering(tx, profile, null, null).map(StandingOrder::words));
    order.ifPresent(words -> result.paused().add(new Guarded(taskId, words)));
    return order.isPresent();
  }

  private @Nullable Claimed claim(String taskId) {
    ClaimResult claim = board.write(tx -> GrantClaims.claimHere(
        tx, taskId, settings.claimLock(), settings.claimTtlSeconds(), settings.runCeilingPerDay()));
    return claim instanceof ClaimResult.Granted won ? new Claimed(won.task(), won.runId()) : null;
  }

  private Order prepare(Tx tx, Claimed claimed, String column, String profile, String workspace) {
    String id = claimed.task().id();
    Assignments.setWorkspacePath(tx, id, workspace);
    String words = claimed.task().workspaceKind().equals("scratch") ? tip.pending() : null;
    if (words != null) {
      Events.append(
          tx, id, null, EventKind.TIP_SCRATCH_WORKSPACE, BoardJson.object().put("message", words));
      tip.told();
    }
    escalation
        .apply(tx, claimed.task(), claimed.runId())
        .ifPresent(rung -> log.info(
            "Task {} model_escalation={}->{} after {} failures",
            id,
            rung.from().isEmpty() ? "default" : rung.from(),
            rung.to(),
            claimed.task().consecutiveFailures()));
    return order(tx, claimed, column, profile);
  }

  private Order order(Tx tx, Claimed claimed, String column, String profile) {
    String id = claimed.task().id();
    ObjectNode image = EventLog.image(tx, id).orElseGet(BoardJson::object);
    image.remove("run");
    if (column.equals(REVIEW)) {
      image.set("skills", BoardJson.array(REVIEW_SKILLS));
    }
    return new Order(id, claimed.runId(), profile, image, context.of(tx, id));
  }

  /** A quick worker may have closed its run before anybody knows its process. */
  private void started(Tx tx, Claimed claimed, OptionalLong pid) {
    if (pid.isEmpty()) {
      return;
    }
    String id = claimed.task().id();
    HostDuties.remember(tx, processes, claimed.runId(), pid);
    if (RunEnds.isCurrent(tx, id, claimed.runId())) {
      Claims.setWorkerPid(tx, id, pid.getAsLong());
    } else {
      Events.append(
          tx,
          id,
          claimed.runId(),
          EventKind.SPAWNED,
          BoardJson.object().put("pid", pid.getAsLong()));
    }
  }

  private void failed(String taskId, String error, TickResult result) {
    log.warn("Task {} could not be started: {}", taskId, error);
    if (board.write(tx -> failures.spawnFailed(tx, taskId, error, settings.failureLimit()))) {
      result.autoBlocked().add(taskId);
    }
  }
}
