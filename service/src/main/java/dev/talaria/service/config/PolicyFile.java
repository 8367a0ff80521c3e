package dev.talaria.service.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.talaria.protocol.policy.LimitSource;
import dev.talaria.protocol.policy.RetryPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A file with a section {@code policy}, as {@code talaria.yaml} has it: another policy to be tried on what has happened. What it
 * does not say stays as it was.
 */
public final class PolicyFile {
  private final Path path;
  private final YamlFile yaml;
  private final SortedMap<String, String> settings = new TreeMap<>();

  private PolicyFile(Path path, YamlFile yaml) {
    this.path = path;
    this.yaml = yaml;
    ConfigSource source = source();
    PolicyKeys.read(source, PolicyConfig.DEFAULT);
    refuseProblems(source);
    flatten("policy", yaml.tree().path("policy"));
  }

  /**
   * Reads the file.
   *
   * @throws ConfigException when it is not there, changes nothing, has a key that nobody knows, or a value without sense
   */
  public static PolicyFile read(Path path) {
    if (!Files.exists(path) || Files.isDirectory(path)) {
      throw new ConfigException(
          "%s '%s'; expected a file with a section 'policy:', as talaria.yaml has it."
              .formatted(
                  Files.isDirectory(path) ? "There is a directory at" : "There is no file", path));
    }
    PolicyFile file = new PolicyFile(path, YamlFile.read(path).withDottedKeys());
    if (file.settings.isEmpty()) {
      throw new ConfigException(
          "'%s' changes nothing; expected a section such as 'policy: {failure_limit: 5}'."
              .formatted(path));
    }
    return file;
  }

  private void flatten(String key, JsonNode node) {
    if (node.isValueNode() && !node.isNull() || node.isObject() && node.isEmpty()) {
      settings.put(key, node.isObject() ? "none" : node.asText());
    }
    node.fields()
        .forEachRemaining(field -> flatten(
            key + "." + (field.getKey().isEmpty() ? "''" : field.getKey()), field.getValue()));
  }

  /** What it sets, as it stands there, by dotted names. */
  public SortedMap<String, String> settings() {
    return Collections.unmodifiableSortedMap(settings);
  }

  /**
   * The policy that would have been in force. A limit of the task's own wins over that of a board here too.
   *
   * @param inForce what was
   */
  public RetryPolicy over(RetryPolicy inForce) {
    ConfigSource source = source();
    RetryPolicy policy = PolicyKeys.read(source, PolicyConfig.of(inForce)).retryPolicy();
    refuseProblems(source);
    return inForce.source() == LimitSource.TASK ? policy.forTask(inForce.limit()) : policy;
  }

  private ConfigSource source() {
    Path home = path.toAbsolutePath().getParent();
    return new ConfigSource(home == null ? path : home, yaml, Map.of(), Map.of());
  }

  private static void refuseProblems(ConfigSource source) {
    source.noteUnknown();
    if (!source.problems().isEmpty()) {
      throw new ConfigException(source.problems());
    }
  }
}
