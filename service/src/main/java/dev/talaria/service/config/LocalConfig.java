package dev.talaria.service.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What verbs on a local board need of the configuration. It is read on a class path that holds no Kafka, and costs nothing
 * when there are no files.
 *
 * @param lanes that launchers of this host serve
 */
public record LocalConfig(
    TriageConfig triage,
    List<String> lanes,
    DiagnosticsConfig diagnostics,
    OrchestrationConfig orchestration) {
  /** What is in force without any file. */
  public static final LocalConfig DEFAULT = new LocalConfig(
      new TriageConfig(List.of(), null, Map.of()),
      List.of(),
      DiagnosticsConfig.DEFAULT,
      OrchestrationConfig.DEFAULT);

  public LocalConfig {
    lanes = List.copyOf(lanes);
  }

  /**
   * Reads {@code config.yaml} and {@code talaria.yaml} of a home. Only the section {@code triage} is refused for keys that
   * nobody knows; the services look at the others.
   *
   * @throws ConfigException with a sentence for the operator
   */
  public static LocalConfig load(Path home, Map<String, String> environment) {
    Path own = home.resolve("talaria.yaml");
    Path hermes = home.resolve("config.yaml");
    boolean inEnvironment =
        environment.keySet().stream().anyMatch(name -> name.startsWith("TALARIA_TRIAGE_"));
    if (!inEnvironment && !Files.exists(own) && !Files.exists(hermes)) {
      return DEFAULT;
    }
    var source = new ConfigSource(home, YamlFile.read(own).withDottedKeys(), environment, Map.of());
    var file = new HermesFile(YamlFile.read(hermes));
    var config = new LocalConfig(
        TriageConfig.of(source),
        List.copyOf(source.below("launcher.lanes")),
        file.diagnostics(source.number("policy.failure_limit")),
        file.orchestration());
    source.noteUnknownBelow("triage");
    if (!source.problems().isEmpty()) {
      throw new ConfigException(source.problems());
    }
    return config;
  }

  /** What hermes's {@code profile.yaml} in a profile's home says it is good for; empty when that says nothing. */
  public static String profileDescription(Path profileHome) {
    try {
      return YamlFile.read(profileHome.resolve("profile.yaml"))
          .tree()
          .path("description")
          .asText("")
          .strip();
    } catch (ConfigException e) {
      return ""; // a description is a help, not a condition
    }
  }
}
