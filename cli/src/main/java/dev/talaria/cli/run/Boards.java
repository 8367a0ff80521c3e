package dev.talaria.cli.run;

import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.dispatch.GrantClaims;
import dev.talaria.board.home.BoardHome;
import dev.talaria.board.home.BoardLocation;
import dev.talaria.board.schema.BoardFacts;
import dev.talaria.dispatcher.BoardFile;
import dev.talaria.protocol.id.BoardKey;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The boards of a home, and whether they may be dispatched. A board that was never dispatched and has work is not started
 * without a word: somebody may only have wanted to look (REVIEW R28).
 */
final class Boards {
  private final BoardHome home;
  private final BoardOptions options;

  Boards(BoardHome home, BoardOptions options) {
    this.home = home;
    this.options = options;
  }

  /**
   * A board as found.
   *
   * @param accepted whether it was dispatched before, or has nothing that would start
   * @param wouldStart ready tasks in lanes that are served
   */
  record Found(BoardLocation location, boolean accepted, long wouldStart) {}

  /**
   * Those boards that are not archived; the default one is made when it is not there.
   *
   * @param slugs the boards that are meant
   * @param served lanes whose work would start
   */
  List<Found> find(Collection<String> slugs, Predicate<String> served) {
    List<Found> found = new ArrayList<>();
    for (String slug : slugs) {
      if (!home.metadata(slug).archived()) {
        found.add(look(home.location(slug), served));
      }
    }
    return found;
  }

  private Found look(BoardLocation location, Predicate<String> served) {
    try (Board board = Files.exists(location.database())
        ? Board.open(location.database(), options)
        : Board.openOrCreate(location.database(), options)) {
      return board.read(tx -> {
        boolean accepted = BoardFacts.get(tx, BoardFacts.DISPATCH_ACCEPTED).isPresent();
        Map<String, Long> ready = GrantClaims.readyCountByLane(tx);
        long wouldStart = ready.entrySet().stream()
            .filter(lane -> served.test(lane.getKey()))
            .mapToLong(Map.Entry::getValue)
            .sum();
        return new Found(location, accepted || wouldStart == 0, wouldStart);
      });
    }
  }

  /** Notes that the board is dispatched from now on, and which partition count its place on Kafka follows from. */
  void accept(BoardLocation location) {
    try (Board board = Board.open(location.database(), options)) {
      board.write(tx -> {
        BoardFacts.put(tx, BoardFacts.DISPATCH_ACCEPTED, Long.toString(tx.now()));
        return true;
      });
    }
  }

  /** A board as the dispatcher wants it. */
  BoardFile file(BoardLocation location, String host, boolean grants) {
    return new BoardFile(
        new BoardKey(host, location.slug()),
        location.database(),
        home.root(),
        location.workspaces(),
        location.logs(),
        grants);
  }
}
