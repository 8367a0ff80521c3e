package dev.talaria.broker;

import java.util.function.Consumer;
import org.apache.kafka.common.utils.Exit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps Kafka from ending the JVM that hosts it. Kafka calls {@code System.exit} or {@code halt} when it cannot go on (a
 * log directory that can no longer be written, for one); here that becomes a logged error, a call to the host, and an
 * exception in the thread that asked for it, since Kafka's code after such a call counts on never being reached.
 *
 * <p>The procedures are static in Kafka, so the broker started last in a JVM hears of it.
 */
final class ExitGuard {
  private static final Logger log = LoggerFactory.getLogger(ExitGuard.class);

  private ExitGuard() {}

  static void install(Consumer<Throwable> onExit) {
    Exit.setExitProcedure((status, message) -> refuse("exit", status, message, onExit));
    Exit.setHaltProcedure((status, message) -> refuse("halt", status, message, onExit));
  }

  private static void refuse(String verb, int status, String message, Consumer<Throwable> onExit) {
    var failure =
        new EmbeddedBrokerException("Kafka wanted to %s this JVM with status %d in thread '%s'%s."
            .formatted(
                verb,
                status,
                Thread.currentThread().getName(),
                message == null ? "" : ": " + message));
    log.error("The embedded broker cannot go on", failure);
    onExit.accept(failure);
    throw failure;
  }
}
