package dev.talaria.streams;

import dev.talaria.protocol.id.BoardKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where {@link IncidentFold} keeps what it knows: the stores of the topology, or maps. */
interface IncidentMemory {
  /** The failures of a board with one fingerprint. */
  RecentFailures failures(String key);

  void failures(String key, RecentFailures failures);

  @Nullable
  TrackedIncident incident(String key);

  /** @param key of the incident */
  void incident(String key, TrackedIncident incident);

  /** It is over and past. */
  void forget(TrackedIncident past);

  /** How many incidents of a board are open. */
  int open(BoardKey board);

  /** How many incidents of a board there are, open and closed. */
  int kept(BoardKey board);

  /** Every incident of a board, open and closed. */
  List<TrackedIncident> ofBoard(BoardKey board);

  /** Every incident. */
  List<TrackedIncident> all();

  TaskIncidents task(String taskKey);

  void task(String taskKey, TaskIncidents incidents);
}
