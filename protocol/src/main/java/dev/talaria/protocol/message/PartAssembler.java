package dev.talaria.protocol.message;

import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Puts replies together that came in parts. An unfinished set is dropped when too many others have begun since. One thread. */
public final class PartAssembler {
  private static final int MOST_SETS = 64;
  private static final int MOST_PARTS = 1_000;

  private final Wire wire;
  private final Map<String, String[]> sets = new LinkedHashMap<>();

  public PartAssembler(Wire wire) {
    this.wire = wire;
  }

  /** The reply itself, or the one that this part completes. */
  public Optional<Reply> take(Reply reply) {
    if (!(reply instanceof Reply.Part part)) {
      return Optional.of(reply);
    }
    if (part.count() < 1
        || part.count() > MOST_PARTS
        || part.index() < 0
        || part.index() >= part.count()) {
      throw new MalformedMessageException(
          "part %d of %d cannot be".formatted(part.index(), part.count()));
    }
    String[] set = sets.computeIfAbsent(part.id(), id -> new String[part.count()]);
    if (set.length != part.count()) {
      throw new MalformedMessageException("the parts of a reply do not agree on their count");
    }
    set[part.index()] = part.data();
    for (String data : set) {
      if (data == null) {
        dropOldest();
        return Optional.empty();
      }
    }
    sets.remove(part.id());
    return Optional.of(wire.decode(join(set), Reply.class));
  }

  private void dropOldest() {
    if (sets.size() > MOST_SETS) {
      sets.remove(sets.keySet().iterator().next());
    }
  }

  private static byte[] join(String[] set) {
    var whole = new ByteArrayOutputStream();
    try {
      for (String data : set) {
        whole.writeBytes(Base64.getDecoder().decode(data));
      }
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException("a part is not base64", e);
    }
    return whole.toByteArray();
  }
}
