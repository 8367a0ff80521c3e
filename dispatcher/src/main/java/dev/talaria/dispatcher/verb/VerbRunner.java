package dev.talaria.dispatcher.verb;

import dev.talaria.board.Board;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.BoardCommand.Verb;
import java.util.List;

/** Knows the verbs of the command. Given by whoever puts the process together; used from several threads. */
public interface VerbRunner {
  /** A dispatcher that carries no verbs out, and says so. */
  VerbRunner NONE = new VerbRunner() {
    @Override
    public Plan plan(List<String> arguments) {
      return Plan.refused("This dispatcher carries no verbs out.");
    }

    @Override
    public VerbOutcome run(BoardKey key, Board board, Verb verb) {
      throw new IllegalStateException("a refused verb is not run");
    }
  };

  /** How a verb is to be carried out. */
  enum Way {
    /** It changes the board and nothing else: in the transaction that notes its outcome, so exactly once. */
    CHANGES,
    /** It reads, and may be done again: aside, on a connection of its own. */
    READS,
    /** It does something beside the board, or takes long: aside, and at most once. */
    ACTS,
    /** It is not for other hosts. */
    REFUSED
  }

  /**
   * The way of a verb.
   *
   * @param reason why it is refused, in a sentence or two; empty otherwise
   */
  record Plan(Way way, String reason) {
    public static Plan of(Way way) {
      return new Plan(way, "");
    }

    public static Plan refused(String reason) {
      return new Plan(Way.REFUSED, reason);
    }
  }

  /** Says how these arguments are to be carried out; changes nothing. */
  Plan plan(List<String> arguments);

  /**
   * Carries a verb out on a board that is open. What the verb refuses, and arguments that make no sense, are outcomes.
   *
   * @throws dev.talaria.board.BoardBusyException when it should be tried again as a whole
   * @throws dev.talaria.board.DamagedBoardException when the file cannot be used
   */
  VerbOutcome run(BoardKey key, Board board, Verb verb);
}
