package dev.talaria.cli.verify;

import com.fasterxml.jackson.databind.JsonNode;
import dev.talaria.cli.replay.topic.KeyFilter;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.PolicyEvent;
import dev.talaria.protocol.policy.PolicyFold;
import dev.talaria.streams.HistoryAudit;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** What {@code transitions} says of a board; takes the records of the board's partition in their order. One thread. */
final class TopicSide {
  private final KeyFilter filter;
  private final long lineage;
  private final BoardSide board;
  private final Set<String> closely;
  private final boolean whole;
  private final Wire wire;
  private final PolicyFold policy;
  private final HistoryAudit audit;
  private final Map<String, TaskSum> sums = new HashMap<>();
  private final Map<String, Last> last = new HashMap<>();
  private final Map<String, Expected> expected = new HashMap<>();
  private long lastOffset = -1;
  private long unreadable;

  /** A task's last event that was seen, and how the task stood then; the columns are null where no image told. */
  record Last(long lineage, long event, @Nullable JsonNode columns) {}

  /** @param whole whether nothing was removed from the beginning of the partition */
  TopicSide(
      BoardKey key, long lineage, BoardSide board, Set<String> closely, boolean whole, Wire wire) {
    this.filter = KeyFilter.board(key);
    this.lineage = lineage;
    this.board = board;
    this.closely = closely;
    this.whole = whole;
    this.wire = wire;
    this.policy = new PolicyFold(wire);
    this.audit = new HistoryAudit(wire);
  }

  void take(ConsumerRecord<byte[], byte[]> rec) {
    lastOffset = rec.offset();
    if (!filter.wants(rec.key())) {
      return;
    }
    try {
      take(wire.decode(rec.value(), Transition.class));
    } catch (MalformedMessageException e) {
      unreadable++; // a dead letter for everybody
    }
  }

  private void take(Transition t) {
    String task = t.task();
    expected
        .computeIfAbsent(task, id -> new Expected(audit, whole || t.kind().equals("created")))
        .advance(t);
    last.put(task, new Last(t.lineage(), t.event(), columns(t)));
    if (t.lineage() != lineage
        || t.event() > board.upTo()
        || t.event() < board.collectedBefore(task)) {
      return;
    }
    TaskSum sum = sums.computeIfAbsent(task, id -> new TaskSum(closely.contains(id)));
    sum.add(EventMark.of(t));
    sum.fold(policy, new PolicyEvent(lineage, t.event(), t.run(), t.kind(), t.at(), t.payload()));
  }

  private static @Nullable JsonNode columns(Transition t) {
    return t.image() == null
        ? null
        : t.image().task().deepCopy().retain("status", "assignee", "model_override");
  }

  Map<String, TaskSum> sums() {
    return sums;
  }

  Map<String, Last> last() {
    return last;
  }

  /** What the topology should remember of each task. */
  Map<String, Expected> expected() {
    return expected;
  }

  /** Of the last record of the partition, whatever its board; -1 for none. */
  long lastOffset() {
    return lastOffset;
  }

  long unreadable() {
    return unreadable;
  }
}
