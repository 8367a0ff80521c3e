package dev.talaria.cli.verify;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.event.EventRow;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.policy.PolicyEvent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * What is compared of one event.
 *
 * @param bare a hash of all but the payload
 * @param full a hash of all, but for the mark that asks for a decision, which history that is published anew has not
 * @param cut whether texts of the payload were cut for Kafka, so that only {@code bare} says anything
 */
record EventMark(long id, String kind, long bare, long full, boolean cut) {
  static EventMark of(EventRow row, @Nullable ObjectNode payload) {
    return of(row.id(), row.runId(), row.kind(), row.createdAt(), payload, false);
  }

  static EventMark of(Transition t) {
    boolean cut = t.payload() != null && t.payload().has("truncated");
    return of(t.event(), t.run(), t.kind(), t.at(), t.payload(), cut);
  }

  private static EventMark of(
      long id,
      @Nullable Long run,
      String kind,
      long at,
      @Nullable ObjectNode payload,
      boolean cut) {
    String bare = id + "\0" + run + "\0" + kind + "\0" + at;
    return new EventMark(id, kind, hash(bare), hash(bare + "\0" + text(payload)), cut);
  }

  boolean equalsAsFarAsKnown(EventMark other) {
    return cut || other.cut ? bare == other.bare : full == other.full;
  }

  private static String text(@Nullable ObjectNode payload) {
    if (payload == null) {
      return "";
    }
    ObjectNode told = payload.has(PolicyEvent.DECISION_PENDING) ? payload.deepCopy() : payload;
    told.remove(PolicyEvent.DECISION_PENDING);
    return told.isEmpty() ? "" : told.toString();
  }

  private static long hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }
}
