package dev.talaria.cli.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Board;
import dev.talaria.board.BoardStoreException;
import dev.talaria.board.Tx;
import dev.talaria.cli.Exit;
import dev.talaria.cli.RemoteRun;
import dev.talaria.cli.Session;
import dev.talaria.cli.WorkerClient;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.function.Function;

/** A verb on one or more tasks, each in a transaction of its own: a refusal of one does not keep the others back. */
abstract class BulkVerb extends BoardVerb {
  BulkVerb(Session session) {
    super(session);
  }

  /** The tasks, in order. */
  abstract Collection<String> ids();

  /** Does it to one task; says why not when it was refused. */
  abstract Optional<String> apply(Tx tx, String id);

  /** What was done, as in {@code Archived t_0a1b2c3d}. */
  abstract String done();

  /** What is left to do once it is durable. */
  void afterwards(String id) {}

  @Override
  final int run(Board board) {
    int exit = Exit.DONE;
    for (String id : new LinkedHashSet<>(ids())) {
      Optional<String> refusal = applyTo(board, id);
      if (refusal.isPresent()) {
        complain(refusal.get());
        exit = Exit.FAILED;
      } else {
        say("%s %s", done(), id);
        afterwards(id);
      }
    }
    return exit;
  }

  /** As {@link #run}, one call after the other. */
  final int eachElsewhere(RemoteRun remote, Function<String, ObjectNode> body, String call) {
    int exit = Exit.DONE;
    for (String id : new LinkedHashSet<>(ids())) {
      try {
        sayIfKept(remote.client().send("POST", call, body.apply(id)));
        say("%s %s", done(), id);
      } catch (WorkerClient.Refused e) {
        complain(String.valueOf(e.getMessage()));
        exit = Exit.FAILED;
      }
    }
    return exit;
  }

  private Optional<String> applyTo(Board board, String id) {
    try {
      return board.write(tx -> apply(tx, id));
    } catch (BoardStoreException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
