package dev.talaria.dispatcher.incident;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.Incident;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Wire;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The open incidents on the topic, as far as it has been read from its beginning. One thread. */
public final class IncidentView {
  private final Wire wire;
  private final Map<String, Incident> open = new TreeMap<>();
  private final Set<BoardKey> changed = new HashSet<>();

  public IncidentView(Wire wire) {
    this.wire = wire;
  }

  /**
   * Takes a record in.
   *
   * @throws MalformedMessageException when it cannot be read
   */
  public void take(ConsumerRecord<byte[], byte[]> rec) {
    if (rec.key() == null) {
      throw new MalformedMessageException("the record has no key");
    }
    String key = new String(rec.key(), StandardCharsets.UTF_8);
    Incident incident = rec.value() == null ? null : wire.decode(rec.value(), Incident.class);
    Incident before =
        incident == null || !incident.isOpen() ? open.remove(key) : open.put(key, incident);
    if (before != null) {
      changed.add(before.board());
    }
    if (incident != null) {
      changed.add(incident.board());
    }
  }

  /** The boards about which something changed since this was asked last. */
  public Set<BoardKey> changed() {
    Set<BoardKey> boards = Set.copyOf(changed);
    changed.clear();
    return boards;
  }

  /** The open ones of a board. */
  public List<Incident> of(BoardKey board) {
    return open.values().stream()
        .filter(incident -> incident.board().equals(board))
        .toList();
  }
}
