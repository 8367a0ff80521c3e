package dev.talaria.cli.run;

import dev.talaria.cli.Session;
import dev.talaria.service.config.ConfigLoader;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a service verb is told its configuration on the command line: the strongest of all layers. */
final class ConfigOptions {
  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      description =
          "An existing cluster. Default: kafka.bootstrap, else the embedded broker of 'talaria up'.")
  private @Nullable String bootstrap;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting of talaria.yaml, by its dotted name. May be given several times.")
  private Map<String, String> settings = new LinkedHashMap<>();

  /**
   * The configuration in force.
   *
   * @param named what the verb's own options set, by dotted key
   */
  ConfigLoader loader(Session session, Map<String, String> named) {
    Map<String, String> flags = new HashMap<>(settings);
    if (bootstrap != null) {
      flags.put("kafka.bootstrap", bootstrap);
    }
    flags.putAll(named);
    return new ConfigLoader(session.home().root(), session.surroundings().environment(), flags);
  }
}
