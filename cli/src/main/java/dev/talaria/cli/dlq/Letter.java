package dev.talaria.cli.dlq;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.text.BoardJson;
import dev.talaria.protocol.message.DeadLetterAct;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A bad record, with all the letters about it and all that was done about it. Its value is not kept: letters are many.
 *
 * @param positions the offsets on {@code dead-letter} of the letters about it that are still there, ascending; never empty
 * @param reason what was wrong with it, as the newest letter has it
 * @param key as text, if it had one
 * @param size the whole value's length in bytes
 * @param kept how many bytes of the value are in the letter
 * @param firstAt when the first letter was written, epoch milliseconds
 * @param lastAt when the newest was
 * @param resent how often it had been put back before it became this letter
 * @param acts what was done about it, oldest first
 */
record Letter(
    List<Long> positions,
    LetterId id,
    String reason,
    @Nullable String key,
    int size,
    int kept,
    long firstAt,
    long lastAt,
    int resent,
    List<DeadLetterAct> acts) {
  Letter {
    positions = List.copyOf(positions);
    acts = List.copyOf(acts);
  }

  /** That of the first letter about it: its name for people. */
  long position() {
    return positions.get(0);
  }

  /** Whether nobody has done anything about it. */
  boolean isOpen() {
    return acts.isEmpty();
  }

  /** {@code open}, or what was done last. */
  String state() {
    return isOpen() ? "open" : acts.get(acts.size() - 1).act().word();
  }

  boolean wasSent() {
    return id.offset() >= 0;
  }

  /** Where the record is, as {@code topic-partition@offset}. */
  String place() {
    return wasSent()
        ? "%s-%d@%d".formatted(id.topic(), id.partition(), id.offset())
        : id.topic() + ", never sent";
  }

  ObjectNode json() {
    ObjectNode node = BoardJson.object()
        .put("letter", position())
        .put("state", state())
        .put("topic", id.topic())
        .put("partition", id.partition())
        .put("offset", id.offset())
        .put("reason", reason)
        .put("key", key)
        .put("size", size)
        .put("first_at", firstAt)
        .put("last_at", lastAt)
        .put("letters", positions.size())
        .put("resent_before", resent);
    ArrayNode done = node.putArray("acts");
    for (DeadLetterAct act : acts) {
      done.addObject()
          .put("act", act.act().word())
          .put("by", act.by())
          .put("host", act.host())
          .put("note", act.note())
          .put("at", act.at())
          .put("sent_as", act.sentAs())
          .put("times", act.times());
    }
    return node;
  }
}
