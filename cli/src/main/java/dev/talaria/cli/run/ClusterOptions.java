package dev.talaria.cli.run;

import dev.talaria.cli.Session;
import dev.talaria.service.config.TalariaConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Mixin;

/** Which cluster a verb looks at: the one that is configured, else that of {@code talaria up} on this host. */
public final class ClusterOptions {
  @Mixin
  private ConfigOptions config = new ConfigOptions();

  /**
   * The configuration in force; without an address where there is no cluster to be found.
   *
   * @throws dev.talaria.service.config.ConfigException when it cannot be read
   */
  public TalariaConfig load(Session session) {
    TalariaConfig loaded = config.loader(session, Map.of()).load();
    Path file = session.home().root().resolve("talaria/kafka/bootstrap");
    if (!loaded.kafka().embedded() || !Files.exists(file)) {
      return loaded;
    }
    try {
      return loaded.withKafkaAt(Files.readString(file).strip());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read '" + file + "'", e);
    }
  }
}
