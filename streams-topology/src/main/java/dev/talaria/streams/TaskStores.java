package dev.talaria.streams;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The stores of each task, the same {@link KeptStore} for all of its nodes. What is kept of a task lasts from one
 * initialisation of its nodes to the next: in between the store may have been rolled back, or written by a restore.
 */
final class TaskStores {
  /** Entries kept of all tasks and stores together; some 0.5 KB each. */
  private static final int MOST_KEPT = 65_536;

  private final ConcurrentMap<TaskId, Map<String, KeptStore<?>>> tasks = new ConcurrentHashMap<>();
  private final AtomicInteger open = new AtomicInteger();

  /** To be called by a task's first node, before the others open anything. */
  void begin(TaskId task) {
    end(task);
    tasks.put(task, new HashMap<>());
  }

  /** To be called by the same node when it is closed. */
  void end(TaskId task) {
    Map<String, KeptStore<?>> ended = tasks.remove(task);
    if (ended != null) {
      open.addAndGet(-ended.size());
    }
  }

  /** A store by its name, whose values are of one type. */
  @SuppressWarnings("unchecked")
  <V> KeptStore<V> open(ProcessorContext<?, ?> context, String name) {
    return (KeptStore<V>) tasks
        .computeIfAbsent(context.taskId(), task -> new HashMap<>())
        .computeIfAbsent(name, same -> opened(context.getStateStore(same)));
  }

  private <V> KeptStore<V> opened(KeyValueStore<String, V> store) {
    open.incrementAndGet();
    return store.persistent() ? KeptStore.latest(store, this::mostKept) : KeptStore.whole(store);
  }

  /** The share of one store. */
  private int mostKept() {
    return MOST_KEPT / Math.max(1, open.get());
  }
}
