package dev.talaria.cli.verb;

import dev.talaria.board.Board;
import dev.talaria.board.Tx;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.event.EventRow;
import dev.talaria.cli.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Consumer;

/**
 * Reads a board's events as they are committed. Between two looks only {@code data_version} is read, which costs
 * microseconds; the log is read when another connection has committed. Ends when the user does, or when nobody reads
 * the output any more.
 */
final class EventFollower {
  private static final int BATCH = 500;

  private final Session session;
  private final Duration interval;

  EventFollower(Session session, Duration interval) {
    this.session = session;
    this.interval = interval;
  }

  /** Passes on what follows the event {@code after}, of what {@code wanted} lets through. */
  void follow(Board board, long after, BiPredicate<Tx, EventRow> wanted, Consumer<EventRow> show) {
    long cursor = after;
    while (true) {
      long version = board.dataVersion();
      cursor = passOn(board, cursor, wanted, show);
      session.out().flush();
      do {
        if (!session.pause(interval)) {
          return;
        }
      } while (board.dataVersion() == version);
    }
  }

  private static long passOn(
      Board board, long after, BiPredicate<Tx, EventRow> wanted, Consumer<EventRow> show) {
    long cursor = after;
    while (true) {
      long from = cursor;
      List<EventRow> kept = new ArrayList<>();
      List<EventRow> batch = board.read(tx -> {
        List<EventRow> read = EventLog.eventsAfter(tx, from, BATCH);
        read.stream().filter(event -> wanted.test(tx, event)).forEach(kept::add);
        return read;
      });
      kept.forEach(show);
      if (batch.isEmpty()) {
        return cursor;
      }
      cursor = batch.get(batch.size() - 1).id();
    }
  }
}
