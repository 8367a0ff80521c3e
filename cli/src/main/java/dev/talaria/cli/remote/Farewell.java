package dev.talaria.cli.remote;

import dev.talaria.cli.Exit;
import dev.talaria.cli.Reach.Way;
import dev.talaria.cli.Session;
import dev.talaria.cli.VerbCarrier.Order;
import dev.talaria.protocol.message.BoardCommand.Verb;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What is said when nobody waits for an answer any more, because the time is up or somebody pressed Ctrl-C: that a command
 * which was sent may still be carried out, until when, and how to learn what became of it.
 */
final class Farewell implements AutoCloseable {
  private final Session session;
  private final Order order;
  private final Verb verb;
  private final Thread hook = new Thread(this::interrupted, "farewell");
  private volatile boolean sent;

  Farewell(Session session, Order order, Verb verb) {
    this.session = session;
    this.order = order;
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
  int unanswered() {
    session
        .err()
        .printf(
            "No answer from '%s' within %s s. %s%n", order.board(), seconds(), whatBecameOfIt());
    return Exit.NO_ANSWER;
  }

  private String seconds() {
    long millis = order.patience().toMillis();
    return millis % 1_000 == 0 ? Long.toString(millis / 1_000) : Double.toString(millis / 1_000.0);
  }

  String whatBecameOfIt() {
    if (!sent) {
      return "Nothing was sent.";
    } else if (order.reach().way() == Way.READS) {
      return "The verb only reads: try again, or wait longer with --timeout.";
    }
    return "The command may still be carried out until %s. To learn what became of it, without doing it twice, type the same again after 'talaria --board %s --command-id %s'."
        .formatted(
            Instant.ofEpochMilli(verb.expiresAt())
                .atZone(session.surroundings().zone())
                .toLocalTime()
                .truncatedTo(ChronoUnit.SECONDS),
            order.board(),
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
