package dev.talaria.streams;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The stores of each task, the same {@link KeptStore} for all of its nodes. What is kept of a task lasts from one
 * initialisation of its nodes to the next: in between the store may have been rolled back, or written by a restore.
 */
final class TaskStores {
  private final ConcurrentMap<TaskId, Map<String, KeptStore<?>>> tasks = new ConcurrentHashMap<>();

  /** To be called by a task's first node, before the others open anything. */
  void begin(TaskId task) {
    tasks.put(task, new HashMap<>());
  }

  /** A store by its name, whose values are of one type. */
  @SuppressWarnings("unchecked")
  <V> KeptStore<V> open(ProcessorContext<?, ?> context, String name) {
    return (KeptStore<V>) tasks
        .computeIfAbsent(context.taskId(), task -> new HashMap<>())
        .computeIfAbsent(
            name, same -> new KeptStore<>(context.<KeyValueStore<String, V>>getStateStore(same)));
  }
}
