package dev.talaria.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import dev.talaria.board.Board;
import dev.talaria.board.order.Pauses;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.RemoteRun;
import dev.talaria.cli.Session;
import dev.talaria.cli.WorkerClient;
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
    return session
        .remoteRun()
        .map(remote -> {
          try {
            return elsewhere(remote);
          } catch (WorkerClient.Refused e) {
            throw CliFailure.failed(String.valueOf(e.getMessage()));
          }
        })
        .orElseGet(() -> session.onBoard(this::run));
  }

  /** As {@link #run}, for a worker whose board is on another host; most verbs cannot be used there. */
  int elsewhere(RemoteRun remote) {
    throw remote.refusal();
  }

  /** For verbs that only read: on what is known of the board. */
  final int onSlice(RemoteRun remote) {
    return remote.onSlice(remote.granted(), session.boardOptions(), this::run);
  }

  /** Says so when the board was not there to answer: its answer may still be a refusal. */
  final void sayIfKept(JsonNode answer) {
    if (answer.path("kept").asBoolean()) {
      complain(
          "It is written down on this host, and the board will be told; it has not answered yet. Do not call again for the same thing.");
    }
  }

  /** Refuses arguments that make no sense, before a board is touched. */
  void check() {}

  /** Does it, and says the exit code. */
  abstract int run(Board board);

  /** Says on stderr, where data is not, that work is held back on an operator's order. */
  final void tellPaused(Board board) {
    board.read(Pauses::all).forEach(order -> complain("NOTE: " + order.words() + "."));
  }

  final void say(String format, Object... values) {
    session.out().println(values.length == 0 ? format : format.formatted(values));
  }

  final void complain(String message) {
    session.err().println(Printable.message(message));
  }
}
