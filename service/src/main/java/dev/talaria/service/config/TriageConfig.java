package dev.talaria.service.config;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The model that turns rough ideas into work.
 *
 * @param command program and arguments that a question is handed to; empty for none
 * @param timeout how long it may take to answer; null for 120 s to specify and 180 s to decompose, as hermes
 * @param profiles who can be given work, with a description for the model, beside the profiles on disk
 */
public record TriageConfig(
    List<String> command, @Nullable Duration timeout, Map<String, String> profiles) {
  public TriageConfig {
    command =
        command.stream().noneMatch(word -> !word.isBlank()) ? List.of() : List.copyOf(command);
    if (timeout != null) {
      Check.positive("triage.timeout", timeout);
    }
    profiles = Collections.unmodifiableMap(new LinkedHashMap<>(profiles));
  }

  static TriageConfig of(ConfigSource source) {
    return new TriageConfig(
        source.list("triage.command"),
        source.duration("triage.timeout").orElse(null),
        source.map("triage.profiles"));
  }
}
