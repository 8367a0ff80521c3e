package dev.talaria.dispatcher;

import dev.talaria.board.Tx;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.schema.BoardFacts;
import dev.talaria.protocol.message.RelayCursor;

/**
 * How far a board is published, and as which lineage: what its relay has said, and what stands in the board itself. The
 * relay may say so from its own thread.
 */
final class Publication {
  /** Ids that a former file may have handed out after its cursor was last written. */
  private static final long SEQUENCE_MARGIN = 1_000;

  /** What the relay has published; negative until it has said so. */
  private volatile long event = -1;

  /** The board's lineage, 1 where none was written. */
  static long lineage(Tx tx) {
    return BoardFacts.get(tx, BoardFacts.LINEAGE).map(Long::parseLong).orElse(1L);
  }

  /** Begins the lineage after this one and the recorded one, above all ids that the former file gave out; says which. */
  static long startNextLineage(Tx tx, RelayCursor recorded) {
    long lineage = Math.max(lineage(tx), recorded.lineage()) + 1;
    EventLog.raiseSequences(
        tx,
        new EventLog.MaxIds(
            recorded.event() + SEQUENCE_MARGIN,
            recorded.run() + SEQUENCE_MARGIN,
            recorded.comment() + SEQUENCE_MARGIN));
    BoardFacts.put(tx, BoardFacts.LINEAGE, Long.toString(lineage));
    BoardFacts.put(tx, BoardFacts.PUBLISHED, "0");
    return lineage;
  }

  /** Events up to this id are published. */
  void reached(long published) {
    event = published;
  }

  /** Another file is in the board's place: the relay says anew how far that one is published. */
  void startOver() {
    event = -1;
  }

  /** The last published event, as the relay said; before that, as the board says. */
  long lastEvent(Tx tx) {
    long said = event;
    return said >= 0
        ? said
        : BoardFacts.get(tx, BoardFacts.PUBLISHED).map(Long::parseLong).orElse(0L);
  }

  /** Writes into the board what the relay has said. */
  void note(Tx tx) {
    long said = event;
    if (said >= 0) {
      BoardFacts.put(tx, BoardFacts.PUBLISHED, Long.toString(said));
    }
  }
}
