package dev.talaria.streams;

import dev.talaria.protocol.message.Incident;
import dev.talaria.protocol.message.Incident.Probe;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.policy.FailureClass;
import dev.talaria.protocol.policy.FailureWindow.Hit;
import dev.talaria.protocol.policy.PolicyEvent;
import dev.talaria.protocol.policy.PolicyFold;
import dev.talaria.protocol.policy.RetryPolicy.Systemic;
import dev.talaria.streams.TaskIncidents.Tie;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells equal failures of several tasks as one incident: opens it, takes further failures in, closes it. No store and no
 * clock of its own.
 *
 * <pre>
 *              enough tasks failed alike within the window
 *     (none) ------------------------------------------------> open --+ failure, probe started,
 *        ^                                                      |  ^--+ probe failed
 *        | a day later     closed <-----------------------------+
 *        +------------------+      quiet for long, a task of it or its probe completed, an operator
 * </pre>
 */
final class IncidentFold {
  /** A board that fails in more ways at a time is told of these; its tasks give up by the window alone. */
  static final int MOST_OPEN = 100;

  /** Open and closed together. */
  static final int MOST_KEPT = 500;

  static final Duration CLOSED_KEPT = Duration.ofHours(24);

  /** A probe of which nothing more was heard, as when its task was deleted. */
  static final Duration LONGEST_PROBE = Duration.ofHours(24);

  private static final long LONGEST_WINDOW_SECONDS = 7 * 86_400;
  private static final Set<String> SUCCESS = Set.of("completed", "submitted");

  private final PolicyFold policy;
  private final IncidentMemory memory;
  private final Heard heard;

  /** Hears what became of incidents. */
  interface Heard {
    /** It is to be told anew, as it now stands. */
    void changed(String key, Incident incident);

    void opened(Incident incident);

    void probe(Incident incident, ProbeResult result);

    /** It is past: what was told of it is to be taken back. */
    void forgotten(String key);
  }

  /** What became of a probe. */
  enum ProbeResult {
    STARTED,
    COMPLETED,
    FAILED,
    /** It ended in a way that says nothing: its launcher was lost, its provider refused, it asked for help. */
    UNDECIDED
  }

  IncidentFold(PolicyFold policy, IncidentMemory memory, Heard heard) {
    this.policy = policy;
    this.memory = memory;
    this.heard = heard;
  }

  /**
   * Takes in one transition that is new. History that is published again changes nothing.
   *
   * @param now epoch milliseconds
   * @throws MalformedMessageException when the record asks for a decision and cannot be judged
   */
  void advance(Transition transition, long now) {
    if (transition.isBackfill()) {
      return;
    }
    var event = new PolicyEvent(
        transition.lineage(),
        transition.event(),
        transition.run(),
        transition.kind(),
        transition.at(),
        transition.payload());
    FailureClass failure = event.isPending() ? policy.runEnd(event).failure() : null;
    switch (transition.kind()) {
      case "incident_probe" -> probeStarted(transition, event, now);
      case "incident_closed" -> closedByOperator(transition, event, now);
      default -> runEnded(transition, failure, now);
    }
    if (failure != null) {
      failed(transition, event, failure, now);
    }
  }

  /** Closes what has been quiet for long, and forgets what was closed long ago. */
  void pass(long now) {
    for (TrackedIncident known : memory.all()) {
      if (known.incident().isOpen()) {
        if (isQuiet(known, now)) {
          close(
              known,
              Math.max(known.incident().lastAt(), now / 1_000),
              "no such failure for %d s".formatted(known.quietSeconds()),
              now);
        }
      } else if (now - known.heardAt() > CLOSED_KEPT.toMillis()) {
        forget(known);
      }
    }
  }

  private void forget(TrackedIncident past) {
    memory.forget(past);
    heard.forgotten(past.incident().key());
  }

  private static boolean isQuiet(TrackedIncident known, long now) {
    Incident incident = known.incident();
    if (incident.probe() != null && now - known.heardAt() <= LONGEST_PROBE.toMillis()) {
      return false;
    }
    // in a paused lane nothing fails; that a probe was due and nobody came to be one is quiet
    long seconds = known.quietSeconds() + (incident.paused() ? known.probeDelay() : 0);
    return now - known.heardAt() > seconds * 1_000;
  }

  private void failed(Transition transition, PolicyEvent event, FailureClass failure, long now) {
    Systemic systemic = policy.policy(event).systemic();
    String key = FailureFacts.windowKey(transition, event, failure);
    if (key == null || systemic.tasks() == 0) {
      return;
    }
    String lane = FailureFacts.lane(transition, event);
    RecentFailures before = memory.failures(key);
    var hit = new Hit(
        transition.task(),
        transition.at(),
        lane,
        event.text(PolicyEvent.MODEL),
        FailureFacts.host(event));
    if (before.incident(lane) != null) {
      // what led to an incident is known; while one is open only it grows
      if (lane != null && before.isOpenIn(lane)) {
        update(transition, event, key, lane, hit, systemic, now);
      } else if (lane != null) {
        open(transition, event, key, lane, List.of(hit), systemic, now);
      }
      return;
    }
    long until = now + Math.min(systemic.windowSeconds(), LONGEST_WINDOW_SECONDS) * 1_000;
    RecentFailures recent = before.with(before.window().with(hit, systemic.windowSeconds()), until);
    memory.failures(key, recent);
    if (recent.window().tasks() < systemic.tasks()) {
      return;
    }
    Map<String, List<Hit>> lanes = new LinkedHashMap<>();
    for (Hit one : recent.window().hits()) {
      if (one.lane() != null) {
        lanes.computeIfAbsent(one.lane(), name -> new ArrayList<>()).add(one);
      }
    }
    lanes.forEach((name, hits) -> open(transition, event, key, name, hits, systemic, now));
  }

  private void open(
      Transition transition,
      PolicyEvent event,
      String windowKey,
      String lane,
      List<Hit> hits,
      Systemic systemic,
      long now) {
    if (!hasRoom(transition)) {
      return;
    }
    String print = FailureFacts.fingerprintOf(event);
    String key = Incident.key(transition.board(), lane, print);
    String id = Incident.id(key, transition.lineage(), transition.event());
    Incident incident =
        Incident.opened(id, transition.board(), lane, print, hits.get(0).at());
    for (Hit hit : hits) {
      incident = incident.with(failure(hit, event.text(PolicyEvent.LOG_TAIL)), true);
      tie(transition, hit.task(), new Tie(key, id, null));
    }
    var tracked = new TrackedIncident(incident, windowKey, now, 0, 0, 0, 0).governedBy(systemic);
    memory.failures(windowKey, memory.failures(windowKey).opened(lane, id));
    Incident kept = keep(paused(tracked, systemic, transition.at()), now);
    heard.opened(kept);
  }

  private void update(
      Transition transition,
      PolicyEvent event,
      String windowKey,
      String lane,
      Hit hit,
      Systemic systemic,
      long now) {
    String key = Incident.key(transition.board(), lane, FailureFacts.fingerprintOf(event));
    TrackedIncident known = memory.incident(key);
    if (known == null || !known.incident().isOpen()) { // its entry could not be read
      memory.failures(windowKey, memory.failures(windowKey).closed(lane));
      return;
    }
    Incident incident = known.incident();
    boolean newTask = !memory.task(transition.taskKey().toString()).wasHitBy(incident.id());
    if (newTask) {
      tie(transition, hit.task(), new Tie(key, incident.id(), null));
    }
    TrackedIncident later = known
        .with(incident.with(failure(hit, event.text(PolicyEvent.LOG_TAIL)), newTask), now)
        .governedBy(systemic);
    keep(paused(later, systemic, transition.at()), now);
  }

  /** With the lane paused or not, as the policy of the last failure says. */
  private static TrackedIncident paused(TrackedIncident known, Systemic systemic, long at) {
    Incident incident = known.incident();
    if (incident.paused() == systemic.pausesLane()) {
      return known;
    }
    return known.with(
        systemic.pausesLane() ? incident.pausedUntil(at + known.probeDelay()) : incident.unpaused(),
        known.heardAt());
  }

  /** Makes room by dropping the oldest closed one; false while too many are open. */
  private boolean hasRoom(Transition transition) {
    if (memory.open(transition.board()) >= MOST_OPEN) {
      return false;
    }
    if (memory.kept(transition.board()) >= MOST_KEPT) {
      memory.ofBoard(transition.board()).stream()
          .filter(one -> !one.incident().isOpen())
          .min(Comparator.comparingLong(TrackedIncident::heardAt))
          .ifPresent(this::forget);
    }
    return true;
  }

  private void probeStarted(Transition transition, PolicyEvent event, long now) {
    TrackedIncident known = named(transition, event);
    Long run = transition.run();
    if (known == null || run == null || !known.isNewer(transition.lineage(), transition.event())) {
      return;
    }
    Incident incident = known.incident();
    tie(transition, transition.task(), new Tie(incident.key(), incident.id(), run));
    Incident probed = incident.probed(new Probe(transition.task(), run, transition.at()));
    keep(known.seen(transition.lineage(), transition.event()).with(probed, now), now);
    heard.probe(probed, ProbeResult.STARTED);
  }

  private void closedByOperator(Transition transition, PolicyEvent event, long now) {
    TrackedIncident known = named(transition, event);
    if (known != null) {
      String by = event.text("by");
      String reason = event.text("reason");
      close(
          known,
          transition.at(),
          "closed by %s%s"
              .formatted(by == null ? "an operator" : by, reason == null ? "" : ": " + reason),
          now);
    }
  }

  /** The open incident that an event names. */
  private @Nullable TrackedIncident named(Transition transition, PolicyEvent event) {
    String id = event.text("incident");
    String lane = event.text(PolicyEvent.LANE);
    if (id == null || lane == null || FailureFacts.fingerprint(event) == null) {
      return null;
    }
    TrackedIncident known =
        memory.incident(Incident.key(transition.board(), lane, FailureFacts.fingerprintOf(event)));
    return known != null && known.incident().isOpen() && known.incident().id().equals(id)
        ? known
        : null;
  }

  /** A task that an incident hit, or its probe, has come to an end of its run. */
  private void runEnded(Transition transition, @Nullable FailureClass failure, long now) {
    boolean success = SUCCESS.contains(transition.kind());
    String status = transition.status();
    boolean ends = success
        || failure != null
        || transition.run() != null && status != null && !status.equals("running");
    if (!ends) {
      return;
    }
    String task = transition.taskKey().toString();
    for (Tie tie : memory.task(task).ties()) {
      if (!success && !tie.isProbe()) {
        continue; // a failure of a task that was hit says nothing new about that
      }
      TrackedIncident known = memory.incident(tie.key());
      boolean open =
          known != null && known.incident().isOpen() && known.incident().id().equals(tie.id());
      Long probe = tie.run();
      boolean ofTheRun = probe != null && probe.equals(transition.run());
      if (known != null && open && success && (ofTheRun || !tie.isProbe())) {
        completed(transition, known, ofTheRun, now);
      } else if (known != null && open && ofTheRun) {
        probeEnded(transition, known, failure, now);
      }
      if (!open || ofTheRun || success && probe == null) {
        memory.task(task, memory.task(task).without(tie));
      }
    }
  }

  private void completed(Transition transition, TrackedIncident known, boolean probe, long now) {
    if (probe) {
      heard.probe(known.incident(), ProbeResult.COMPLETED);
    }
    close(
        known,
        transition.at(),
        "%s %s completed".formatted(probe ? "its probe" : "task", transition.task()),
        now);
  }

  private void probeEnded(
      Transition transition, TrackedIncident known, @Nullable FailureClass failure, long now) {
    boolean failed = failure == FailureClass.TASK || failure == FailureClass.PROTOCOL;
    Incident ended = known.incident().probeEnded(failed, null);
    Long next = ended.paused()
        ? Long.valueOf(
            transition.at() + Systemic.probeDelay(known.firstProbeSeconds(), ended.failedProbes()))
        : null;
    ended = known.incident().probeEnded(failed, next);
    keep(known.seen(transition.lineage(), transition.event()).with(ended, now), now);
    heard.probe(ended, failed ? ProbeResult.FAILED : ProbeResult.UNDECIDED);
  }

  private void close(TrackedIncident known, long at, String why, long now) {
    Incident incident = known.incident();
    memory.failures(known.windowKey(), memory.failures(known.windowKey()).closed(incident.lane()));
    keep(known.with(incident.closed(at, why), now), now);
  }

  private Incident keep(TrackedIncident tracked, long now) {
    TrackedIncident later = tracked.with(tracked.incident(), now);
    String key = later.incident().key();
    memory.incident(key, later);
    heard.changed(key, later.incident());
    return later.incident();
  }

  private void tie(Transition transition, String task, Tie tie) {
    String key = transition.board().task(task).toString();
    memory.task(key, memory.task(key).with(tie));
  }

  private static Incident.Failure failure(Hit hit, @Nullable String output) {
    return new Incident.Failure(hit.task(), hit.at(), hit.model(), hit.host(), output);
  }
}
