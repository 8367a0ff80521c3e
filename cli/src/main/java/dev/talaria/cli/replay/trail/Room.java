package dev.talaria.cli.replay.trail;

import dev.talaria.protocol.id.TaskKey;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What is gathered of some tasks, within bounds: when there is too much, the last task's trail is put aside, to be read another
 * time; that of one task always has room. Not thread-safe: readers take turns on it.
 */
final class Room {
  static final Comparator<TaskKey> BY_KEY = Comparator.comparing(TaskKey::toString);

  private final NavigableMap<TaskKey, TrailBuilder> builders = new TreeMap<>(BY_KEY);
  private final Set<TaskKey> putAside = new HashSet<>();
  private final long most;
  private long kept;

  /** For so many events at most. */
  Room(Collection<TaskKey> tasks, long asOf, long most) {
    this.most = most;
    tasks.forEach(task -> builders.put(task, new TrailBuilder(task, asOf)));
  }

  /** Where a task's records go; nowhere for one that was put aside. */
  Optional<TrailBuilder> of(TaskKey task) {
    return Optional.ofNullable(builders.get(task));
  }

  /** A record was kept. */
  void grew() {
    kept++;
    while (kept > most && builders.size() > 1) {
      var last = builders.pollLastEntry();
      kept -= last.getValue().size();
      putAside.add(last.getKey());
    }
  }

  NavigableMap<TaskKey, TrailBuilder> builders() {
    return builders;
  }

  /** The tasks for which there was no room. */
  Set<TaskKey> putAside() {
    return putAside;
  }
}
