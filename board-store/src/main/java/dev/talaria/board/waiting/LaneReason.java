package dev.talaria.board.waiting;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.incident.LanePause;
import dev.talaria.board.incident.OpenIncident;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.waiting.Fleet.DispatcherFact;
import dev.talaria.board.waiting.Fleet.LauncherFact;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Why a ready task does not start, whichever it is: the fleet, the lane or the board holds all of its kind. */
public sealed interface LaneReason extends WaitReason {

  /**
   * Nobody starts anything.
   *
   * @param last the dispatcher that was here last; null for none ever
   * @param locked whether some other program holds the board's dispatch lock
   */
  record NoDispatcher(@Nullable DispatcherFact last, boolean locked) implements LaneReason {
    @Override
    public WaitCode code() {
      return WaitCode.NO_DISPATCHER;
    }

    @Override
    public String text(TimeWords times) {
      if (locked) {
        return "No dispatcher of Talaria serves this board; another program, such as hermes's gateway or a single"
            + " tick, holds its dispatch lock and decides what starts.";
      }
      if (last == null) {
        return "No dispatcher has ever served this board.";
      }
      Long stopped = last.stoppedAt();
      return stopped != null
          ? "The dispatcher of host '%s' was stopped at %s."
              .formatted(last.host(), times.of(stopped))
          : "The dispatcher of host '%s' (process %d) last gave a sign of life at %s: it has died or hangs."
              .formatted(last.host(), last.pid(), times.of(last.seenAt()));
    }

    @Override
    public String advice() {
      return locked
          ? "Look at that program's log, or stop it and start 'talaria up'."
          : "Start 'talaria up' (or 'talaria dispatcher') on the board's host, or take one turn with 'talaria dispatch'.";
    }

    @Override
    public void describe(ObjectNode node) {
      node.put("locked", locked);
      if (last != null) {
        node.put("host", last.host())
            .put("seen_at", last.seenAt())
            .put("stopped_at", last.stoppedAt());
      }
    }
  }

  /** The dispatcher publishes the board and starts nothing. */
  record NotGranted(String host) implements LaneReason {
    @Override
    public WaitCode code() {
      return WaitCode.NOT_GRANTED;
    }

    @Override
    public String text(TimeWords times) {
      return "The dispatcher of host '%s' only watches this board: nobody has agreed yet that it starts work."
          .formatted(host);
    }

    @Override
    public String advice() {
      return "Start it with '--dispatch' once, after a look at what it would start.";
    }
  }

  /** An operator has paused it. */
  record Paused(String scope, String by, @Nullable String reason, long since)
      implements LaneReason {
    @Override
    public WaitCode code() {
      return WaitCode.PAUSED;
    }

    @Override
    public String text(TimeWords times) {
      String about = Character.toUpperCase(scope.charAt(0)) + scope.substring(1);
      return "%s is paused by %s since %s%s."
          .formatted(about, by, times.of(since), reason == null ? "" : ": " + reason);
    }

    @Override
    public String advice() {
      return "Let it go on with 'talaria resume', once the reason is gone.";
    }

    @Override
    public void describe(ObjectNode node) {
      node.put("scope", scope).put("by", by).put("why", reason).put("since", since);
    }
  }

  /** An incident holds the lane. */
  record HeldByIncident(LanePause pause, long now) implements LaneReason {
    private static final int SHOWN = 120;

    @Override
    public WaitCode code() {
      return WaitCode.LANE_INCIDENT;
    }

    @Override
    public String text(TimeWords times) {
      OpenIncident first = pause.incidents().get(0);
      String print = first.fingerprint();
      String others = pause.incidents().size() == 1
          ? ""
          : ", and %d more like it".formatted(pause.incidents().size() - 1);
      return "Incident %s holds lane '%s' since %s: %d tasks failed alike (%s)%s. %s"
          .formatted(
              first.id(),
              pause.lane(),
              times.of(first.openedAt()),
              first.tasks(),
              print.length() <= SHOWN ? print : print.substring(0, SHOWN) + "...",
              others,
              probe(times));
    }

    private String probe(TimeWords times) {
      return pause
          .runningProbe()
          .map("Task %s runs as a probe; if it completes, the lane goes on."::formatted)
          .orElseGet(() -> pause.isProbeDue(now)
              ? "The next task of the lane starts as a probe."
              : "The next probe starts at %s.".formatted(times.of(pause.nextProbeAt())));
    }

    @Override
    public String advice() {
      return "Look at what they share: talaria incidents show %s. Once it is mended: talaria incidents close %s."
          .formatted(pause.incidents().get(0).id(), pause.incidents().get(0).id());
    }

    @Override
    public void describe(ObjectNode node) {
      node.put("lane", pause.lane());
      node.set(
          "incidents",
          BoardJson.array(pause.incidents().stream().map(OpenIncident::id).toList()));
      node.put("probe", pause.runningProbe().orElse(null))
          .put("next_probe_at", pause.nextProbeAt());
    }
  }

  /** The assignee cannot be a lane's name. */
  record NotALane(String assignee) implements LaneReason {
    @Override
    public WaitCode code() {
      return WaitCode.NOT_A_LANE;
    }

    @Override
    public String text(TimeWords times) {
      return "'%s' cannot be the name of a lane: those are made of lower-case letters, digits, '_' and '-'. No launcher can ever serve it."
          .formatted(assignee);
    }

    @Override
    public String advice() {
      return "Assign it to a profile: talaria assign ID PROFILE.";
    }
  }

  /** The configuration allows no more. */
  record Capped(String bound, int limit, int running) implements LaneReason {
    @Override
    public WaitCode code() {
      return WaitCode.CAPPED;
    }

    @Override
    public String text(TimeWords times) {
      return "%d run, as many as %s (%d) allows.".formatted(running, bound, limit);
    }

    @Override
    public String advice() {
      return "Wait for one to end, or raise %s.".formatted(bound);
    }

    @Override
    public void describe(ObjectNode node) {
      node.put("bound", bound).put("limit", limit).put("running", running);
    }
  }

  /** No launcher that lives serves the lane. */
  record Unserved(String lane, List<LauncherFact> former, List<String> lanes)
      implements LaneReason {
    @Override
    public WaitCode code() {
      return WaitCode.LANE_UNSERVED;
    }

    @Override
    public String text(TimeWords times) {
      String served = lanes.isEmpty()
          ? "no launcher is heard at all"
          : "served are " + WaitReason.listed(lanes);
      String before = former.isEmpty()
          ? ""
          : " It was served by "
              + WaitReason.listed(former.stream().map(it -> gone(it, times)).toList())
              + ".";
      return "No launcher serves the lane '%s'; %s.%s".formatted(lane, served, before);
    }

    private static String gone(LauncherFact it, TimeWords times) {
      Long left = it.leftAt();
      Long silent = it.silentSince();
      Long back = it.backBy();
      if (left != null) {
        return "%s, which stopped at %s%s"
            .formatted(
                it.name(),
                times.of(left),
                back == null ? "" : " and is to be back by " + times.of(back));
      }
      return "%s, silent since %s"
          .formatted(it.name(), times.of(silent == null ? it.seenAt() : silent));
    }

    @Override
    public String advice() {
      return "Add the lane under launcher.lanes in talaria.yaml of some host and start its launcher, or assign the task to a lane that is served.";
    }

    @Override
    public void describe(ObjectNode node) {
      node.put("lane", lane);
      node.set("former", BoardJson.array(former.stream().map(LauncherFact::name).toList()));
      node.set("served", BoardJson.array(lanes));
    }
  }

  /** Launchers are configured for the lane and found that its command cannot start. */
  record Fault(String lane, Map<String, String> faults) implements LaneReason {
    @Override
    public WaitCode code() {
      return WaitCode.LANE_FAULT;
    }

    @Override
    public String text(TimeWords times) {
      List<String> each = new ArrayList<>();
      faults.forEach((launcher, fault) -> each.add("%s says: %s".formatted(launcher, fault)));
      String said = WaitReason.listed(each);
      return "The command of lane '%s' cannot start. %s%s"
          .formatted(lane, said, said.endsWith(".") ? "" : ".");
    }

    @Override
    public String advice() {
      return "Make the program available on that host: the launcher tries it again by itself. A changed launcher.lanes.%s.command is read at its next start."
          .formatted(lane);
    }

    @Override
    public void describe(ObjectNode node) {
      ObjectNode each = node.putObject("faults");
      faults.forEach(each::put);
    }
  }

  /** Every launcher of the lane is told to take nothing new. */
  record Draining(String lane, List<LauncherFact> launchers) implements LaneReason {
    @Override
    public WaitCode code() {
      return WaitCode.DRAINING;
    }

    @Override
    public String text(TimeWords times) {
      return "Every launcher of lane '%s' is drained or paused: %s."
          .formatted(
              lane,
              WaitReason.listed(launchers.stream().map(it -> drained(it, times)).toList()));
    }

    private static String drained(LauncherFact it, TimeWords times) {
      Fleet.DrainFact drain = it.drain();
      if (drain == null) {
        return it.name();
      }
      String reason = drain.reason() == null ? "" : ", " + drain.reason();
      return "%s %s by %s since %s%s"
          .formatted(
              it.name(),
              drain.pause() ? "paused" : "drained",
              drain.by(),
              times.of(drain.since()),
              reason);
    }

    @Override
    public String advice() {
      return "Let one take work again with 'talaria resume HOST', or start another launcher for the lane.";
    }

    @Override
    public void describe(ObjectNode node) {
      node.set(
          "launchers",
          BoardJson.array(launchers.stream().map(LauncherFact::name).toList()));
    }
  }

  /**
   * Launchers elsewhere cannot be reached.
   *
   * @param lane that is served elsewhere only; null when the board has not found its place on Kafka yet
   */
  record KafkaAway(@Nullable String lane, long since) implements LaneReason {
    @Override
    public WaitCode code() {
      return WaitCode.KAFKA_AWAY;
    }

    @Override
    public String text(TimeWords times) {
      return lane == null
          ? "The dispatcher started and has not found the board's place on Kafka yet; it does not hear Kafka since %s."
              .formatted(times.of(since))
          : "The dispatcher has not heard Kafka since %s, and lane '%s' is served by launchers elsewhere only."
              .formatted(times.of(since), lane);
    }

    @Override
    public String advice() {
      return "Look after the brokers and the network; nothing is lost meanwhile, and the task starts by itself afterwards.";
    }

    @Override
    public void describe(ObjectNode node) {
      node.put("since", since);
    }
  }

  /** Launchers serve the lane, and have no free slot for it. */
  record Busy(String lane, List<LauncherFact> launchers) implements LaneReason {
    @Override
    public WaitCode code() {
      return WaitCode.SLOTS_BUSY;
    }

    @Override
    public String text(TimeWords times) {
      return "All slots of lane '%s' are busy: %s."
          .formatted(
              lane, WaitReason.listed(launchers.stream().map(LauncherFact::load).toList()));
    }

    @Override
    public String advice() {
      return "Wait for a slot, raise launcher.slots or the lane's own slots, or start another launcher.";
    }

    @Override
    public void describe(ObjectNode node) {
      node.set(
          "launchers",
          BoardJson.array(launchers.stream().map(LauncherFact::name).toList()));
    }
  }
}
