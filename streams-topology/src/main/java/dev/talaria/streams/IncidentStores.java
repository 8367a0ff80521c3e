package dev.talaria.streams;

import dev.talaria.protocol.id.BoardKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

/** What {@link IncidentFold} knows, in the stores of the topology. */
final class IncidentStores implements IncidentMemory {
  private final KeptStore<RecentFailures> failures;
  private final KeptStore<TrackedIncident> incidents;
  private final KeptStore<TaskIncidents> tasks;

  /** The keys of the open incidents by board. */
  private final Map<BoardKey, Set<String>> open = new HashMap<>();

  /** The keys of every incident by board. */
  private final Map<BoardKey, Set<String>> kept = new HashMap<>();

  IncidentStores(TaskStores stores, ProcessorContext<?, ?> context) {
    this.failures = stores.open(context, DecisionTopology.RECENT_FAILURES);
    this.incidents = stores.open(context, DecisionTopology.INCIDENTS);
    this.tasks = stores.open(context, DecisionTopology.INCIDENT_TASKS);
    all().forEach(known -> note(known.incident().key(), known));
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
  public void incident(String key, TrackedIncident incident) {
    incidents.put(key, incident);
    note(key, incident);
  }

  @Override
  public void forget(TrackedIncident past) {
    String key = past.incident().key();
    incidents.delete(key);
    open.computeIfAbsent(past.incident().board(), it -> new HashSet<>()).remove(key);
    kept.computeIfAbsent(past.incident().board(), it -> new HashSet<>()).remove(key);
  }

  @Override
  public int open(BoardKey board) {
    return open.getOrDefault(board, Set.of()).size();
  }

  @Override
  public int kept(BoardKey board) {
    return kept.getOrDefault(board, Set.of()).size();
  }

  private void note(String key, TrackedIncident known) {
    BoardKey board = known.incident().board();
    kept.computeIfAbsent(board, it -> new HashSet<>()).add(key);
    Set<String> ofBoard = open.computeIfAbsent(board, it -> new HashSet<>());
    if (known.incident().isOpen()) {
      ofBoard.add(key);
    } else {
      ofBoard.remove(key);
    }
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
