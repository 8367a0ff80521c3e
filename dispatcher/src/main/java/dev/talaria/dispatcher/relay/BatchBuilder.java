package dev.talaria.dispatcher.relay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Tx;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.event.StatusAfter;
import dev.talaria.dispatcher.relay.RelayBatch.Outgoing;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.RelayCursor;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Transition.Image;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.PolicyEvent;
import dev.talaria.protocol.topic.TopicCatalogue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Builds what goes out for the next rows of {@code task_events}. All of a batch is read from one snapshot; only the last
 * event of each task in it carries the task's image, so that no image shows a state that the event did not lead to
 * (REVIEW R27).
 */
final class BatchBuilder {
  /** Few enough that a transaction is short, many enough that its cost is shared. */
  static final int MAX_EVENTS = 500;

  /** What of the board's payloads, and of what is made of them, is held in memory at once. */
  private static final long MAX_PAYLOAD_CHARS = 4L << 20;

  private static final long MAX_BYTES = 8L << 20;

  private static final int SMALLEST_CUT = 512;

  private final BoardKey board;
  private final Wire wire;

  BatchBuilder(BoardKey board, Wire wire) {
    this.board = board;
    this.wire = wire;
  }

  /**
   * The next batch after a cursor, or nothing when the board has no newer event.
   *
   * @param backfillUpTo events up to this id are history that is published anew
   */
  Optional<RelayBatch> next(Tx tx, RelayCursor after, long backfillUpTo, long partitionEnd) {
    List<EventRow> rows = EventLog.eventsAfter(tx, after.event(), MAX_EVENTS, MAX_PAYLOAD_CHARS);
    if (rows.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Long> lastOfTask = new HashMap<>();
    rows.forEach(row -> lastOfTask.put(row.taskId(), row.id()));
    List<Outgoing> out = new ArrayList<>(rows.size());
    List<Happening> happenings = new ArrayList<>();
    EventRow last = rows.get(0);
    long bytes = 0;
    for (EventRow row : rows) {
      if (bytes > MAX_BYTES) {
        break; // a task whose last event is left out gets its image with that one
      }
      boolean isLast = lastOfTask.getOrDefault(row.taskId(), 0L) == row.id();
      boolean backfill = row.id() <= backfillUpTo;
      Outgoing sent = outgoing(tx, row, after.lineage(), isLast, backfill);
      out.add(sent);
      if (!backfill) {
        happenings.addAll(Happening.of(tx, board, row));
      }
      byte[] value = sent.value();
      bytes += value == null ? 0 : value.length;
      last = row;
    }
    EventLog.MaxIds reached = EventLog.sequences(tx);
    var cursor = new RelayCursor(
        board,
        after.lineage(),
        last.id(),
        digest(last),
        reached.runs(),
        reached.comments(),
        after.topicId(),
        partitionEnd);
    return Optional.of(new RelayBatch(out, cursor, rows.get(0).createdAt(), happenings));
  }

  static String digest(EventRow row) {
    return Digest.of(
        row.id(), row.taskId(), row.runId(), row.kind(), row.createdAt(), row.payload());
  }

  private Outgoing outgoing(
      Tx tx, EventRow row, long lineage, boolean withImage, boolean backfill) {
    ObjectNode payload = row.payloadObject();
    if (payload != null && backfill) {
      payload.remove(PolicyEvent.DECISION_PENDING);
    }
    Image image = withImage ? image(tx, row.taskId()) : null;
    String key = board + "#" + row.taskId();
    byte[] value = encode(row, lineage, payload, image, backfill);
    int size = value.length;
    for (int kept = TextCut.KEPT_CHARS;
        value.length > TopicCatalogue.MAX_MESSAGE_BYTES && kept >= SMALLEST_CUT;
        kept /= 8) {
      value = encode(row, lineage, cut(payload, kept), cut(image, kept), backfill);
    }
    boolean fits = value.length <= TopicCatalogue.MAX_MESSAGE_BYTES;
    return new Outgoing(key, fits ? value : null, row.id(), size);
  }

  private byte[] encode(
      EventRow row,
      long lineage,
      @Nullable ObjectNode payload,
      @Nullable Image image,
      boolean backfill) {
    return wire.encode(new Transition(
        board,
        lineage,
        row.id(),
        row.taskId(),
        row.runId(),
        row.kind(),
        row.createdAt(),
        StatusAfter.of(row.kind(), payload).orElse(null),
        payload,
        image,
        backfill ? Boolean.TRUE : null));
  }

  private @Nullable Image image(Tx tx, String taskId) {
    ObjectNode task = EventLog.image(tx, taskId).orElse(null);
    if (task == null) {
      return null;
    }
    JsonNode parents = task.remove("parents");
    ObjectNode run = task.remove("run") instanceof ObjectNode open ? open : null;
    return cut(new Image(task, run, parents, null), TextCut.KEPT_CHARS);
  }

  private @Nullable Image cut(@Nullable Image image, int keptChars) {
    if (image == null) {
      return null;
    }
    ObjectNode truncated =
        image.truncated() == null ? wire.object() : image.truncated().deepCopy();
    ObjectNode task = image.task().deepCopy();
    TextCut.apply(task, "task.", keptChars, truncated);
    ObjectNode run = image.run() == null ? null : image.run().deepCopy();
    if (run != null) {
      TextCut.apply(run, "run.", keptChars, truncated);
    }
    JsonNode parents = image.parents();
    return new Image(task, run, parents, truncated.isEmpty() ? null : truncated);
  }

  private @Nullable ObjectNode cut(@Nullable ObjectNode payload, int keptChars) {
    if (payload == null) {
      return null;
    }
    ObjectNode copy = payload.deepCopy();
    ObjectNode truncated = wire.object();
    TextCut.apply(copy, "", keptChars, truncated);
    if (!truncated.isEmpty()) {
      copy.set("truncated", truncated);
    }
    return copy;
  }
}
