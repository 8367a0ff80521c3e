package dev.talaria.cli.remote;

import dev.talaria.cli.Session;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.BoardCommand.Verb;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What is said when nobody waits for an answer any more, because the time is up or somebody pressed Ctrl-C: that a command
 * which was sent may still be carried out, until when, and how to learn what became of it.
 */
final class Farewell implements AutoCloseable {
  private final Session session;
  private final BoardKey board;
  private final Duration patience;
  private final boolean reads;
  private final Verb verb;
  private final Thread hook = new Thread(this::interrupted, "farewell");
  private volatile boolean sent;

  Farewell(Session session, BoardKey board, Duration patience, boolean reads, Verb verb) {
    this.session = session;
    this.board = board;
    this.patience = patience;
    this.reads = reads;
    this.verb = verb;
  }

  /** From now on the command may be carried out. */
  void sent() {
    if (!sent) {
      sent = true;
      Runtime.getRuntime().addShutdownHook(hook);
    }
  }

  /** The time is up. */
  String unanswered() {
    return "No answer from '%s' within %s s. %s%n".formatted(board, seconds(), whatBecameOfIt());
  }

  private String seconds() {
    long millis = patience.toMillis();
    return millis % 1_000 == 0 ? Long.toString(millis / 1_000) : Double.toString(millis / 1_000.0);
  }

  String whatBecameOfIt() {
    if (!sent) {
      return "Nothing was sent.";
    } else if (reads) {
      return "The verb only reads: try again, or wait longer with --timeout.";
    }
    return "The command may still be carried out until %s. To learn what became of it, without doing it twice, type the same again after 'talaria --board %s --command-id %s'."
        .formatted(
            Instant.ofEpochMilli(verb.expiresAt())
                .atZone(session.surroundings().zone())
                .toLocalTime()
                .truncatedTo(ChronoUnit.SECONDS),
            board,
            verb.commandId());
  }

  private void interrupted() {
    session.err().println();
    session.err().println("Interrupted. " + whatBecameOfIt());
    session.err().flush();
  }

  /** The answer has come, or has been given up. */
  @Override
  public void close() {
    if (sent) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // the process is ending, and the hook speaks
      }
    }
  }
}
