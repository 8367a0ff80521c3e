package dev.talaria.cli.remote;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.Presence;
import dev.talaria.protocol.message.Presence.DispatcherBeat;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The dispatchers that were seen on presence, by host. Pure; one thread. */
final class Sightings {
  private static final DateTimeFormatter SINCE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
  private static final long RECENT_MILLIS = 15_000;

  private final Map<String, Sighting> byHost = new TreeMap<>();

  private record Sighting(DispatcherBeat beat, long at) {}

  /**
   * What is looked for.
   *
   * @param anyBoard whether any other board of the host does as well
   * @param orSilent whether a board will do whose dispatcher is silent for now
   */
  record Wanted(BoardKey board, boolean anyBoard, boolean orSilent) {
    @Override
    public String toString() {
      return anyBoard
          ? "a board of host '%s'".formatted(board.host())
          : "board '%s'".formatted(board);
    }
  }

  /**
   * A beat was read; the newest of each host counts.
   *
   * @param at when it was written, epoch milliseconds
   */
  void saw(Presence presence, long at) {
    if (presence instanceof DispatcherBeat beat) {
      byHost.merge(
          beat.host(),
          new Sighting(beat, at),
          (old, fresh) -> fresh.at() >= old.at() ? fresh : old);
    }
  }

  /** The board that the newest beat of its host lists, if that is no farewell. */
  Optional<BoardKey> served(Wanted wanted) {
    Sighting seen = byHost.get(wanted.board().host());
    return seen == null || seen.beat().farewell() ? Optional.empty() : listed(seen, wanted);
  }

  /** The board that was served once, at least. */
  Optional<BoardKey> known(Wanted wanted) {
    Sighting seen = byHost.get(wanted.board().host());
    return seen == null ? Optional.empty() : listed(seen, wanted);
  }

  private static Optional<BoardKey> listed(Sighting seen, Wanted wanted) {
    List<BoardKey> boards = seen.beat().boards();
    return boards.contains(wanted.board())
        ? Optional.of(wanted.board())
        : wanted.anyBoard() ? boards.stream().findFirst() : Optional.empty();
  }

  /** Why a board that nobody serves cannot be asked, and which others could. */
  String whyNot(Wanted wanted, long nowMillis, ZoneId zone) {
    StringBuilder why =
        new StringBuilder("No dispatcher serves %s; nothing was sent.".formatted(wanted));
    if (byHost.isEmpty()) {
      return why + " No dispatcher was ever seen on this cluster.";
    }
    why.append(" Known boards:");
    for (Sighting seen : byHost.values()) {
      for (BoardKey known : seen.beat().boards()) {
        why.append("\n  ").append(known).append(state(seen, nowMillis, zone));
      }
    }
    return why.toString();
  }

  private static String state(Sighting seen, long nowMillis, ZoneId zone) {
    String since = SINCE.format(Instant.ofEpochMilli(seen.at()).atZone(zone));
    if (seen.beat().farewell()) {
      return "  (its dispatcher was stopped at " + since + ")";
    }
    return nowMillis - seen.at() > RECENT_MILLIS ? "  (silent since " + since + ")" : "";
  }
}
