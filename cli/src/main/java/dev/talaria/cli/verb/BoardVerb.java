package dev.talaria.cli.verb;

import dev.talaria.board.Board;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.Printable;
import java.util.concurrent.Callable;

/** A verb that works on one opened board. */
abstract class BoardVerb implements Callable<Integer> {
  final Session session;

  BoardVerb(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    check();
    return session.onBoard(this::run);
  }

  /** Refuses arguments that make no sense, before a board is touched. */
  void check() {}

  /** Does it, and says the exit code. */
  abstract int run(Board board);

  final void say(String format, Object... values) {
    session.out().println(values.length == 0 ? format : format.formatted(values));
  }

  final void complain(String message) {
    session.err().println(Printable.message(message));
  }
}
