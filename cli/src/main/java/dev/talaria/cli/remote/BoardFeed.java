package dev.talaria.cli.remote;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.Presence;
import dev.talaria.protocol.message.Presence.DispatcherBeat;
import dev.talaria.protocol.message.Transition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is heard of a board that is followed: its events, and whether its dispatcher lives; without that, silence would look
 * as if nothing happened. Pure; one thread.
 */
final class BoardFeed {
  private static final Duration SILENT = Duration.ofSeconds(15);
  private static final String LATER = "What happens meanwhile is shown when it is back.";

  private final BoardKey board;
  private final List<Transition> events = new ArrayList<>();
  private long heardNanos;
  private boolean stopped;
  private boolean toldSilent;

  BoardFeed(BoardKey board, long nowNanos) {
    this.board = board;
    this.heardNanos = nowNanos;
  }

  /** An event was read; those of other boards, and history that is published anew, do not count. */
  void read(Transition transition) {
    if (transition.board().equals(board) && !transition.isBackfill()) {
      events.add(transition);
    }
  }

  void heard(Presence presence, long nowNanos) {
    if (presence instanceof DispatcherBeat beat
        && beat.host().equals(board.host())
        && beat.boards().contains(board)) {
      heardNanos = nowNanos;
      stopped = beat.farewell();
    }
  }

  /** The events since the last call, oldest first. */
  List<Transition> take() {
    List<Transition> taken = List.copyOf(events);
    events.clear();
    return taken;
  }

  /** What is to be said to whoever waits: that the board has fallen silent, or is heard again. */
  Optional<String> news(long nowNanos) {
    boolean silent = stopped || nowNanos - heardNanos > SILENT.toNanos();
    if (silent == toldSilent) {
      return Optional.empty();
    }
    toldSilent = silent;
    if (!silent) {
      return Optional.of("The dispatcher of '%s' is heard again.".formatted(board));
    }
    return Optional.of(
        stopped
            ? "The dispatcher of '%s' was stopped. %s".formatted(board, LATER)
            : "Nothing was heard of the dispatcher of '%s' for %d s: it is down, or Kafka cannot be reached. %s"
                .formatted(board, SILENT.toSeconds(), LATER));
  }
}
