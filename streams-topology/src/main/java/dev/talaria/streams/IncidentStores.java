package dev.talaria.streams;

import dev.talaria.protocol.id.BoardKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

/** What {@link IncidentFold} knows, in the stores of the topology. */
final class IncidentStores implements IncidentMemory {
  private final KeptStore<RecentFailures> failures;
  private final KeptStore<TrackedIncident> incidents;
  private final KeptStore<TaskIncidents> tasks;

  IncidentStores(TaskStores stores, ProcessorContext<?, ?> context) {
    this.failures = stores.open(context, DecisionTopology.RECENT_FAILURES);
    this.incidents = stores.open(context, DecisionTopology.INCIDENTS);
    this.tasks = stores.open(context, DecisionTopology.INCIDENT_TASKS);
  }

  @Override
  public RecentFailures failures(String key) {
    RecentFailures known = failures.get(key);
    return known == null ? RecentFailures.NONE : known;
  }

  @Override
  public void failures(String key, RecentFailures later) {
    failures.put(key, later);
  }

  @Override
  public @Nullable TrackedIncident incident(String key) {
    return incidents.get(key);
  }

  @Override
  public void incident(TrackedIncident incident) {
    incidents.put(incident.incident().key(), incident);
  }

  @Override
  public void forget(String key) {
    incidents.delete(key);
  }

  @Override
  public List<TrackedIncident> ofBoard(BoardKey board) {
    try (var found = incidents.startingWith(board + "|")) {
      return values(found);
    }
  }

  @Override
  public List<TrackedIncident> all() {
    try (var found = incidents.all()) {
      return values(found);
    }
  }

  @Override
  public TaskIncidents task(String taskKey) {
    TaskIncidents known = tasks.get(taskKey);
    return known == null ? TaskIncidents.NONE : known;
  }

  @Override
  public void task(String taskKey, TaskIncidents later) {
    if (later.ties().isEmpty()) {
      tasks.delete(taskKey);
    } else {
      tasks.put(taskKey, later);
    }
  }

  /** Drops what nothing will ask for any more; how much that was. */
  int sweep(long now) {
    return Sweep.drop(failures, recent -> recent.isPast(now))
        + Sweep.drop(tasks, task -> task.ties().stream().noneMatch(this::isOpen));
  }

  private boolean isOpen(TaskIncidents.Tie tie) {
    TrackedIncident known = incidents.get(tie.key());
    return known != null && known.incident().isOpen() && known.incident().id().equals(tie.id());
  }

  private static List<TrackedIncident> values(KeyValueIterator<String, TrackedIncident> found) {
    List<TrackedIncident> all = new ArrayList<>();
    found.forEachRemaining(entry -> {
      if (Objects.nonNull(entry.value)) { // one that cannot be read
        all.add(entry.value);
      }
    });
    return all;
  }
}
