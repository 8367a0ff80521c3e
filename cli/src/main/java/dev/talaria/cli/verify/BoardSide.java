package dev.talaria.cli.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Tx;
import dev.talaria.board.audit.BoardLedger;
import dev.talaria.board.audit.BoardLedger.Standing;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.event.EventRow;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.PolicyEvent;
import dev.talaria.protocol.policy.PolicyFold;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the board says, read in one snapshot.
 *
 * @param upTo only events up to this id are compared
 * @param sums by task
 * @param standings by task
 * @param newest the id of each task's last event, whether it is compared or not
 */
record BoardSide(
    long upTo,
    Map<String, TaskSum> sums,
    Map<String, Standing> standings,
    Map<String, Long> newest) {

  /** @param closely tasks whose events are kept */
  static BoardSide read(Tx tx, long lineage, long from, long upTo, Wire wire, Set<String> closely) {
    var policy = new PolicyFold(wire);
    Map<String, TaskSum> sums = new HashMap<>();
    Map<String, Standing> standings = new HashMap<>();
    Map<String, Long> newest = new HashMap<>();
    BoardLedger.tasks(tx, standing -> standings.put(standing.id(), standing));
    BoardLedger.events(tx, Long.MAX_VALUE, row -> {
      newest.put(row.taskId(), row.id());
      if (row.id() < from || row.id() > upTo) {
        return;
      }
      boolean close = closely.contains(row.taskId());
      ObjectNode payload = close ? asSent(wire, row) : row.payloadObject();
      TaskSum sum = sums.computeIfAbsent(row.taskId(), task -> new TaskSum(close));
      sum.add(EventMark.of(row, payload));
      sum.fold(
          policy,
          new PolicyEvent(lineage, row.id(), row.runId(), row.kind(), row.createdAt(), payload));
    });
    return new BoardSide(upTo, sums, standings, newest);
  }

  /** Once there and back: what JSON has no words for is other words on Kafka. */
  private static @Nullable ObjectNode asSent(Wire wire, EventRow row) {
    ObjectNode payload = row.payloadObject();
    try {
      return payload == null ? null : wire.objectOrNull(wire.mapper().writeValueAsString(payload));
    } catch (JsonProcessingException e) {
      return payload;
    }
  }

  /** How many events are not compared yet, because they are not published. */
  static long unpublished(Tx tx, long upTo) {
    return EventLog.backlogAfter(tx, upTo);
  }

  /** The first event that is still there of a task whose old events may have been collected; else 0. */
  long collectedBefore(String task) {
    Standing standing = standings.get(task);
    if (standing != null && !standing.isFinished()) {
      return 0;
    }
    TaskSum sum = sums.get(task);
    return sum == null ? Long.MAX_VALUE : sum.first();
  }
}
