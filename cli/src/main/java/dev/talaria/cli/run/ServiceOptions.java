package dev.talaria.cli.run;

import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Session;
import dev.talaria.service.config.TalariaConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every verb that runs services takes. */
final class ServiceOptions {
  @Mixin
  private ConfigOptions config = new ConfigOptions();

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      description =
          "Where /metrics and /health are; 0 for any free port. Default: 9464 (up, dispatcher), 9465 (launcher), 9466 (streams).")
  private @Nullable Integer httpPort;

  /**
   * The configuration in force.
   *
   * @param portKey the key of the service's port
   * @param named what the verb's own options set, by dotted key
   */
  TalariaConfig load(Session session, String portKey, Map<String, String> named) {
    Map<String, String> flags = new HashMap<>(named);
    if (httpPort != null) {
      flags.put(portKey, httpPort.toString());
    }
    return config.loader(session, flags).load();
  }

  /** The same for a service without a broker of its own: where no cluster is configured, it works for {@code up}'s. */
  TalariaConfig loadForCluster(Session session, String portKey, Map<String, String> named)
      throws IOException {
    return forCluster(session, load(session, portKey, named));
  }

  /** The same configuration with a cluster's address: where none is configured, that of {@code up} on this host. */
  static TalariaConfig forCluster(Session session, TalariaConfig loaded) throws IOException {
    if (!loaded.kafka().embedded()) {
      return loaded;
    }
    Path file = session.home().root().resolve("talaria/kafka/bootstrap");
    if (!Files.exists(file)) {
      throw CliFailure.failed(
          "There is no cluster to work for: give one with --kafka HOST:PORT, set kafka.bootstrap, or start 'talaria up' on this host first.");
    }
    return loaded.withKafkaAt(Files.readString(file).strip());
  }
}
