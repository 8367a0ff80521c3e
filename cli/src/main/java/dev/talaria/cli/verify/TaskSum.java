package dev.talaria.cli.verify;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.policy.Circumstances;
import dev.talaria.protocol.policy.PolicyEvent;
import dev.talaria.protocol.policy.PolicyFold;
import dev.talaria.protocol.policy.TaskHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one side knows of a task: how many events, a sum of their hashes, the last one, and the history that they fold to.
 * The events themselves are kept only of tasks that are looked at closely.
 */
final class TaskSum {
  private final @Nullable TreeMap<Long, List<EventMark>> marks;
  private long count;
  private long hashes;
  private long first;
  private long last;
  private TaskHistory history = TaskHistory.EMPTY;

  /** @param closely whether to keep the events */
  TaskSum(boolean closely) {
    marks = closely ? new TreeMap<>() : null;
  }

  void add(EventMark mark) {
    if (count++ == 0) {
      first = mark.id();
    }
    hashes += mark.full();
    last = Math.max(last, mark.id());
    if (marks != null) {
      marks.computeIfAbsent(mark.id(), id -> new ArrayList<>(1)).add(mark);
    }
  }

  /** Folds the words of the board only: what was asked for counts once the board says what was decided. */
  void fold(PolicyFold policy, PolicyEvent event) {
    PolicyEvent told = event;
    if (event.isPending() && event.payload() != null) {
      ObjectNode payload = event.payload().deepCopy();
      payload.remove(PolicyEvent.DECISION_PENDING);
      told = new PolicyEvent(
          event.lineage(), event.id(), event.run(), event.kind(), event.at(), payload);
    }
    try {
      history = policy.advance(history, told, Circumstances.NONE).history();
    } catch (MalformedMessageException e) {
      // both sides pass it over
    }
  }

  boolean hasSameEventsAs(TaskSum other) {
    return count == other.count && hashes == other.hashes;
  }

  long count() {
    return count;
  }

  long first() {
    return first;
  }

  long last() {
    return last;
  }

  TaskHistory history() {
    return history;
  }

  /** By id; empty where they were not kept. */
  TreeMap<Long, List<EventMark>> marks() {
    return marks == null ? new TreeMap<>() : marks;
  }
}
