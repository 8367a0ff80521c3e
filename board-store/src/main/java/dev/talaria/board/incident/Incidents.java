package dev.talaria.board.incident;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Tx;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.Events;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import dev.talaria.protocol.message.Incident;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The open incidents of a board in {@code talaria_incidents}: a copy of what the topology tells, looked at in the transaction
 * that grants. It stays when Kafka is away; of its own probes the board knows by itself how they ended.
 */
public final class Incidents {
  private static final String ALL = """
      SELECT i.*,
             CASE WHEN r.id IS NULL THEN 'NONE'
                  WHEN r.ended_at IS NULL THEN 'RUNNING'
                  WHEN r.outcome IN ('completed', 'submitted') THEN 'COMPLETED'
                  ELSE 'NONE'
             END AS probe_state
        FROM talaria_incidents i
        LEFT JOIN task_runs r ON r.id = i.probe_run
      """;
  private static final String SORTED = ALL + " ORDER BY i.opened_at, i.key";
  private static final String PAUSING =
      ALL + " WHERE i.lane = ? AND i.paused = 1 ORDER BY i.opened_at, i.key";
  private static final String WITH_FINGERPRINT = """
      SELECT id
        FROM talaria_incidents
       WHERE fingerprint = ?
       ORDER BY lane IS NOT ?, opened_at
       LIMIT 1
      """;
  private static final String PUT = """
      INSERT OR REPLACE INTO talaria_incidents (key, id, lane, fingerprint, opened_at, tasks, sample, paused,
                                                failed_probes, next_probe_at, probe_task, probe_run)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;
  private static final String DELETE = "DELETE FROM talaria_incidents WHERE key = ?";
  private static final String PROBED = """
      UPDATE talaria_incidents
         SET probe_task = ?, probe_run = ?, next_probe_at = ?
       WHERE key = ?
      """;

  private Incidents() {}

  /** Every open one. */
  public static List<OpenIncident> all(Tx tx) {
    return tx.list(SORTED, OpenIncident::of);
  }

  /**
   * Makes these the board's open incidents. What the board knows of its own probes, and the topology has not said yet, stays.
   *
   * @param pauses whether lanes may be held at all
   * @return whether anything changed
   */
  public static boolean replace(Tx tx, List<Incident> open, boolean pauses) {
    List<OpenIncident> before = all(tx);
    Map<String, OpenIncident> known = new LinkedHashMap<>();
    before.forEach(incident -> known.put(incident.key(), incident));
    for (Incident incident : open) {
      put(tx, incident, known.remove(incident.key()), pauses);
    }
    known.keySet().forEach(key -> tx.update(DELETE, key));
    return !before.equals(all(tx));
  }

  /** What holds a lane, if anything does. */
  public static Optional<LanePause> pause(Tx tx, String lane) {
    List<OpenIncident> holding = tx.list(PAUSING, OpenIncident::of, lane).stream()
        .filter(OpenIncident::holds)
        .toList();
    return holding.isEmpty() ? Optional.empty() : Optional.of(new LanePause(lane, holding));
  }

  /** Every lane that is held. */
  public static List<LanePause> pauses(Tx tx) {
    Map<String, List<OpenIncident>> lanes = new LinkedHashMap<>();
    all(tx).stream()
        .filter(OpenIncident::holds)
        .forEach(
            it -> lanes.computeIfAbsent(it.lane(), lane -> new ArrayList<>()).add(it));
    return lanes.entrySet().stream()
        .map(lane -> new LanePause(lane.getKey(), lane.getValue()))
        .toList();
  }

  /** Whether a lane starts anything now, be it a probe. */
  public static boolean mayStart(Tx tx, String lane) {
    return pause(tx, lane).map(pause -> pause.isProbeDue(tx.now())).orElse(true);
  }

  /** The open incident that a failure belongs to; the lane's own before another lane's. */
  public static Optional<String> with(Tx tx, String fingerprint, @Nullable String lane) {
    return tx.first(WITH_FINGERPRINT, row -> row.requireText("id"), fingerprint, lane);
  }

  /**
   * A task was granted in a held lane: it is a probe for everything that holds it, and the events that say so are written in
   * this transaction.
   *
   * @param delays gives the seconds until the probe after this one, should it fail, by how many have failed then
   */
  public static void probing(
      Tx tx, LanePause pause, String task, long run, IntToLongFunction delays) {
    for (OpenIncident incident : pause.incidents()) {
      long next = tx.now() + delays.applyAsLong(incident.failedProbes() + 1);
      tx.update(PROBED, task, run, next, incident.key());
      Events.append(tx, task, run, EventKind.INCIDENT_PROBE, naming(incident));
    }
  }

  /**
   * An operator's word that an incident is over: an event on one of its tasks, from which the topology learns of it. What it
   * held goes on at once.
   *
   * @return the task; empty when the board has none of them any more, and nothing was done
   */
  public static Optional<String> close(
      Tx tx, OpenIncident incident, String by, @Nullable String reason) {
    Optional<String> task = newestOf(tx, incident.sample());
    if (task.isPresent()) {
      ObjectNode payload = naming(incident).put("by", by);
      if (reason != null) {
        payload.put("reason", reason);
      }
      Events.append(tx, task.get(), null, EventKind.INCIDENT_CLOSED, payload);
      tx.update(DELETE, incident.key());
    }
    return task;
  }

  private static Optional<String> newestOf(Tx tx, List<String> tasks) {
    for (int i = tasks.size() - 1; i >= 0; i--) {
      if (Tasks.find(tx, tasks.get(i)).isPresent()) {
        return Optional.of(tasks.get(i));
      }
    }
    return Optional.empty();
  }

  private static void put(Tx tx, Incident incident, @Nullable OpenIncident known, boolean pauses) {
    Incident.Probe told = incident.probe();
    String probeTask = told == null ? null : told.task();
    Long probeRun = told == null ? null : Long.valueOf(told.run());
    Long next = incident.nextProbeAt();
    if (known != null && known.id().equals(incident.id())) {
      Long own = known.probeRun();
      if (own != null && (probeRun == null || own > probeRun)) {
        probeTask = known.probe();
        probeRun = own;
      }
      Long later = known.nextProbeAt();
      next = later != null && next != null ? Long.valueOf(Math.max(later, next)) : next;
    }
    tx.update(
        PUT,
        incident.key(),
        incident.id(),
        incident.lane(),
        incident.fingerprint(),
        incident.openedAt(),
        incident.tasks(),
        String.join(" ", incident.sample()),
        incident.paused() && pauses ? 1 : 0,
        incident.failedProbes(),
        next,
        probeTask,
        probeRun);
  }

  private static ObjectNode naming(OpenIncident incident) {
    return BoardJson.object()
        .put("incident", incident.id())
        .put("lane", incident.lane())
        .put("fingerprint", incident.fingerprint());
  }
}
