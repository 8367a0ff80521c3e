package dev.talaria.board.model;

import dev.talaria.board.Tx;

/**
 * One operation with its arguments, as the board does it and as the model does. Arguments are symbolic (the third newest
 * task, its current run), so that a sequence still means something when some of it is left out; as a record an act prints
 * itself. A new operation of the board is one more record and one more line in {@link Acts}.
 */
interface Act {
  /** Does it, and says what came of it. */
  String onBoard(World world);

  /** Predicts it: changes the model, and says what the board will say. */
  String onModel(Model model);

  /** An operation of ours, in a transaction of its own. */
  interface Ours extends Act {
    Object apply(Tx tx, World world);

    @Override
    default String onBoard(World world) {
      return world.ours(tx -> apply(tx, world));
    }
  }
}
