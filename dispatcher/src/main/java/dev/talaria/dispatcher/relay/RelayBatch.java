package dev.talaria.dispatcher.relay;

import dev.talaria.protocol.message.RelayCursor;
import java.util.List;

/**
 * What goes out in one Kafka transaction: events in order, and the cursor that they move.
 *
 * @param events the encoded transitions, oldest first; never empty
 * @param cursor where the board stands after them
 * @param oldestAt epoch seconds of the first event, for the relay's lag
 * @param happenings what the events tell; those of history that goes out again tell nothing
 */
public record RelayBatch(
    List<Outgoing> events, RelayCursor cursor, long oldestAt, List<Happening> happenings) {
  public RelayBatch {
    events = List.copyOf(events);
    happenings = List.copyOf(happenings);
  }

  /** How many of the events can be sent. */
  int sendable() {
    return (int) events.stream().filter(event -> event.value() != null).count();
  }

  /**
   * One event, ready to be sent.
   *
   * @param taskKey the record's key
   * @param value the transition, or null where even the cut event is too large
   * @param event its id
   * @param size the length of what could not be sent
   */
  public record Outgoing(
      String taskKey, byte @org.jspecify.annotations.Nullable [] value, long event, int size) {}
}
