package dev.talaria.board.waiting;

import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.Allowance;
import dev.talaria.board.dispatch.Caps;
import dev.talaria.board.incident.Incidents;
import dev.talaria.board.incident.LanePause;
import dev.talaria.board.order.Pauses;
import dev.talaria.board.waiting.Fleet.DispatcherFact;
import dev.talaria.board.waiting.Fleet.DrainFact;
import dev.talaria.board.waiting.Fleet.LauncherFact;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.message.StandingOrder;
import dev.talaria.protocol.message.StandingOrder.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What holds back whole lanes of a board. A pure function of what is known; the same for a question about one task and for
 * counts of all.
 *
 * @param fleet what the dispatcher wrote
 * @param running how many run of each profile, in all
 * @param board how many run of the whole board
 * @param orders of operators, in force on the board
 * @param incidents that hold lanes
 * @param lock who holds the board's dispatch lock
 * @param now epoch seconds
 */
public record LaneFacts(
    Fleet fleet,
    Map<String, Integer> running,
    int board,
    List<StandingOrder> orders,
    List<LanePause> incidents,
    Lock lock,
    long now) {

  /** Who holds the board's dispatch lock, as far as the asker can see. */
  public enum Lock {
    /** Nobody: certainly no dispatcher serves the board. */
    FREE,
    /** Somebody, who need not be ours. */
    HELD,
    /** It cannot be seen from here. */
    UNKNOWN
  }

  /** Reads what the board knows. */
  public static LaneFacts of(Tx tx, Fleet fleet, Lock lock) {
    DispatcherFact dispatcher = fleet.dispatcher();
    Caps caps = dispatcher == null ? Caps.NONE : dispatcher.caps();
    Allowance allowance = Allowance.of(tx, caps);
    return new LaneFacts(
        fleet,
        allowance.running(),
        allowance.total(),
        Pauses.all(tx),
        Incidents.pauses(tx),
        lock,
        tx.now());
  }

  /** As {@link #reasons(String, TaskNeeds)}, for a task of the lane that needs nothing. */
  public List<WaitReason> reasons(String lane) {
    return reasons(lane, TaskNeeds.NONE);
  }

  /**
   * Why a ready task of the lane does not start, the most telling reason first; empty when its turn comes.
   */
  List<WaitReason> reasons(String lane, TaskNeeds needs) {
    DispatcherFact dispatcher = fleet.dispatcher();
    if (dispatcher == null || !isServed()) {
      return List.of(nobody());
    }
    if (!dispatcher.grants()) {
      return List.of(new LaneReason.NotGranted(dispatcher.host()));
    }
    if (!Lane.isLane(lane)) {
      return List.of(new LaneReason.NotALane(lane));
    }
    if (!dispatcher.placed()) {
      return List.of(new LaneReason.KafkaAway(null, dispatcher.kafkaSince()));
    }
    List<WaitReason> reasons = new ArrayList<>(pausedLane(lane));
    incidents.stream()
        .filter(it -> it.lane().equals(lane))
        .forEach(it -> reasons.add(new LaneReason.HeldByIncident(it, now)));
    reasons.addAll(capped(dispatcher.caps(), lane));
    reasons.addAll(ofFleet(dispatcher, lane, needs));
    return reasons;
  }

  /** Whether a dispatcher of ours serves the board now. */
  public boolean isServed() {
    DispatcherFact dispatcher = fleet.dispatcher();
    return dispatcher != null && dispatcher.isAlive(now) && lock != Lock.FREE;
  }

  /** Why nothing starts while no dispatcher of ours serves the board. */
  public WaitReason nobody() {
    return new LaneReason.NoDispatcher(fleet.dispatcher(), lock == Lock.HELD);
  }

  private List<WaitReason> capped(Caps caps, String lane) {
    List<WaitReason> reasons = new ArrayList<>();
    addIfFull(reasons, "kanban.max_spawn", caps.maxSpawn(), board);
    addIfFull(reasons, "kanban.max_in_progress", caps.maxInProgress(), board);
    addIfFull(
        reasons,
        "kanban.max_in_progress_per_profile",
        caps.perProfile(),
        running.getOrDefault(lane, 0));
    return reasons;
  }

  private static void addIfFull(
      List<WaitReason> reasons, String bound, @Nullable Integer limit, int running) {
    if (limit != null && running >= limit) {
      reasons.add(new LaneReason.Capped(bound, limit, running));
    }
  }

  private List<WaitReason> ofFleet(DispatcherFact dispatcher, String lane, TaskNeeds needs) {
    List<LauncherFact> here = fleet.launchers().stream()
        .filter(it -> it.isHere() && it.lanes().containsKey(lane))
        .toList();
    if (here.isEmpty()) {
      return List.of(unserved(lane));
    }
    List<LauncherFact> labelled = here.stream().filter(needs::hasLabels).toList();
    if (labelled.isEmpty()) {
      return List.of(new PlaceReason.NoLabels(lane, needs.requires(), here));
    }
    List<LauncherFact> fitting =
        labelled.stream().filter(it -> needs.hasPlace(it, dispatcher.host())).toList();
    if (fitting.isEmpty()) {
      return List.of(
          new PlaceReason.NoPlace(lane, needs.workspacePath(), dispatcher.host(), labelled));
    }
    return ofFitting(dispatcher, lane, fitting);
  }

  private List<WaitReason> ofFitting(
      DispatcherFact dispatcher, String lane, List<LauncherFact> fitting) {
    List<StandingOrder> pauses = new ArrayList<>();
    List<LauncherFact> drained = new ArrayList<>();
    List<LauncherFact> open = new ArrayList<>();
    for (LauncherFact launcher : fitting) {
      StandingOrder order = orderOf(launcher);
      if (launcher.drain() != null) {
        drained.add(launcher);
      } else if (order == null) {
        open.add(launcher);
      } else if (order.act() == StandingOrder.Act.DRAIN) {
        drained.add(launcher.drained(drain(order)));
      } else {
        pauses.add(order);
      }
    }
    if (open.isEmpty()) {
      List<WaitReason> reasons = new ArrayList<>();
      pauses.stream().distinct().limit(WaitReason.LISTED).forEach(it -> reasons.add(paused(it)));
      if (!drained.isEmpty()) {
        reasons.add(new LaneReason.Draining(lane, drained));
      }
      return reasons;
    }
    List<LauncherFact> heard =
        open.stream().filter(it -> it.direct() || dispatcher.hearsKafka()).toList();
    if (heard.isEmpty()) {
      return List.of(new LaneReason.KafkaAway(lane, dispatcher.kafkaSince()));
    }
    return heard.stream().anyMatch(it -> it.freeIn(lane) > 0)
        ? List.of()
        : List.of(new LaneReason.Busy(lane, heard));
  }

  /** An order about this launcher or its host; one about everything is told for the lane. */
  private @Nullable StandingOrder orderOf(LauncherFact launcher) {
    for (StandingOrder order : orders) {
      boolean covers = order.scope() == Scope.HOST && launcher.host().equals(order.target())
          || order.scope() == Scope.LAUNCHER && launcher.name().equals(order.target());
      if (covers) {
        return order;
      }
    }
    return null;
  }

  private List<WaitReason> pausedLane(String lane) {
    return orders.stream()
        .filter(it -> it.scope() == Scope.ALL
            || it.scope() == Scope.BOARD
            || it.scope() == Scope.LANE && lane.equals(it.target()))
        .map(LaneFacts::paused)
        .toList();
  }

  private static WaitReason paused(StandingOrder order) {
    return new LaneReason.Paused(order.about(), order.by(), order.reason(), order.since() / 1_000);
  }

  private static DrainFact drain(StandingOrder order) {
    Long deadline = order.deadline();
    return new DrainFact(
        order.by(),
        order.reason(),
        order.since() / 1_000,
        deadline == null ? null : Long.valueOf(deadline / 1_000),
        order.act() == StandingOrder.Act.PAUSE);
  }

  private WaitReason unserved(String lane) {
    Map<String, String> faults = new TreeMap<>();
    for (LauncherFact it : fleet.launchers()) {
      String fault = it.isHere() ? it.faults().get(lane) : null;
      if (fault != null) {
        faults.put(it.name(), fault);
      }
    }
    if (!faults.isEmpty()) {
      return new LaneReason.Fault(lane, faults);
    }
    var served = new TreeSet<String>();
    fleet.launchers().stream()
        .filter(LauncherFact::isHere)
        .forEach(it -> served.addAll(it.lanes().keySet()));
    List<LauncherFact> former = fleet.launchers().stream()
        .filter(it -> !it.isHere() && it.lanes().containsKey(lane))
        .toList();
    return new LaneReason.Unserved(lane, former, List.copyOf(served));
  }
}
