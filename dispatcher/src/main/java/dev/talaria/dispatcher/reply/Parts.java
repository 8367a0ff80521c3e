package dev.talaria.dispatcher.reply;

import dev.talaria.protocol.message.Reply;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Cuts a reply that is too large for one message into numbered parts. Pure. */
public final class Parts {
  /** Base64 grows by a third, and the envelope needs a little. */
  private static final int PIECE_BYTES = TopicCatalogue.MAX_MESSAGE_BYTES / 4 * 3 - 3_000;

  private final Wire wire;

  public Parts(Wire wire) {
    this.wire = wire;
  }

  /**
   * The messages to send for a reply: itself, or its parts in order.
   *
   * @param id names the parts as belonging together
   */
  public List<byte[]> of(Reply reply, String id) {
    byte[] whole = wire.encode(reply);
    if (whole.length <= TopicCatalogue.MAX_MESSAGE_BYTES) {
      return List.of(whole);
    }
    int count = (whole.length + PIECE_BYTES - 1) / PIECE_BYTES;
    List<byte[]> parts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      byte[] piece =
          Arrays.copyOfRange(whole, i * PIECE_BYTES, Math.min(whole.length, (i + 1) * PIECE_BYTES));
      String data = Base64.getEncoder().encodeToString(piece);
      parts.add(wire.encode(new Reply.Part(reply.asker(), id, i, count, data)));
    }
    return parts;
  }
}
