package dev.talaria.cli.run;

import dev.talaria.broker.EmbeddedBrokerException;
import dev.talaria.cli.CliFailure;
import dev.talaria.service.config.ConfigException;
import dev.talaria.service.kafka.TopicSetupException;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;

/** The boundary of the service verbs: what they cannot do is told in a sentence, with the exit code of a failure. */
public final class ServiceStart {
  private ServiceStart() {}

  /** Runs a verb; its expected refusals become the message that the user sees. */
  public static int told(Callable<Integer> verb) throws Exception {
    try {
      return verb.call();
    } catch (KafkaException e) {
      throw CliFailure.failed(
          "Kafka cannot be used: %s. Look at kafka.bootstrap and the other kafka.* settings with 'talaria config kafka'."
              .formatted(innermost(e)));
    } catch (ConfigException
        | TopicSetupException
        | EmbeddedBrokerException
        | IllegalStateException
        | IllegalArgumentException e) {
      throw CliFailure.failed(String.valueOf(e.getMessage()));
    }
  }

  /** Kafka tells the reason last. */
  private static String innermost(Throwable e) {
    Throwable at = e;
    while (at.getCause() != null) {
      at = at.getCause();
    }
    return String.valueOf(at.getMessage());
  }

  /** Takes back the hook of a start that failed: it ends the process with the code of a clean stop. */
  static void withdraw(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the process is ending already, and the hook closes what was started
    }
  }
}
