package dev.talaria.board.notify;

import dev.talaria.board.event.EventRow;
import java.util.List;

/**
 * Events that one notifier is to tell.
 *
 * @param before the cursor as it was, to which {@link Cursors#rewind} goes back
 * @param after the cursor as it is now; equal to {@code before} when there is nothing to tell
 * @param events ascending by id
 */
public record EventClaim(long before, long after, List<EventRow> events) {
  public EventClaim {
    events = List.copyOf(events);
  }

  static EventClaim nothing(long cursor) {
    return new EventClaim(cursor, cursor, List.of());
  }
}
