package dev.talaria.service.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.talaria.protocol.policy.Ladder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the {@code kanban:} keys that we know from hermes's own file, and leaves everything else alone. */
final class HermesFile {
  private static final Logger log = LoggerFactory.getLogger(HermesFile.class);
  private static final int STALE_SECONDS = 14_400;
  private static final int TICK_SECONDS = 60;
  private static final long ROTATE_BYTES = 2_097_152;

  private final Path file;
  private final JsonNode kanban;

  HermesFile(YamlFile yaml) {
    this.file = yaml.path();
    this.kanban = yaml.tree().path("kanban");
  }

  KanbanConfig read() {
    return new KanbanConfig(
        number("failure_limit", 1).map(Long::intValue).orElse(null),
        ladder(),
        Duration.ofSeconds(
            number("dispatch_stale_timeout_seconds", 0).orElse((long) STALE_SECONDS)),
        number("worker_log_rotate_bytes", 1).orElse(ROTATE_BYTES),
        number("worker_log_backup_count", 0).orElse(1L).intValue(),
        number("max_spawn", 1).map(Long::intValue).orElse(null),
        number("max_in_progress", 1).map(Long::intValue).orElse(null),
        number("max_in_progress_per_profile", 1).map(Long::intValue).orElse(null),
        kanban.path("default_assignee").asText("").strip(),
        Duration.ofSeconds(number("dispatch_interval_seconds", 1).orElse((long) TICK_SECONDS)));
  }

  /** hermes takes its default for what it cannot use; so do we, aloud. */
  private Optional<Long> number(String key, long least) {
    var node = kanban.path(key);
    if (node.isMissingNode() || node.isNull()) {
      return Optional.empty();
    }
    try {
      long value = Long.parseLong(node.asText().strip());
      if (value >= least && value <= Integer.MAX_VALUE) {
        return Optional.of(value);
      }
    } catch (NumberFormatException e) {
      // said below
    }
    log.warn(
        "kanban.{} in {} is '{}'; expected {} or more. Its default is used, as hermes does.",
        key,
        file,
        node.asText(),
        least);
    return Optional.empty();
  }

  /** A wrong ladder is refused: with none in its place, failing tasks would stay on a model that was to be left. */
  private Ladder ladder() {
    var node = kanban.path("retry_model_escalation");
    if (node.isMissingNode() || node.isNull()) {
      return Ladder.NONE;
    }
    if (!node.isObject()) {
      throw new ConfigException(
          "kanban.retry_model_escalation in %s is '%s'; expected a map of model to next model."
              .formatted(file, node.asText()));
    }
    var steps = new LinkedHashMap<String, String>();
    node.fields()
        .forEachRemaining(step -> steps.put(
            step.getKey(), step.getValue().isNull() ? "" : step.getValue().asText()));
    try {
      return new Ladder(steps);
    } catch (IllegalArgumentException e) {
      throw new ConfigException("In %s, kanban.%s".formatted(file, e.getMessage()), e);
    }
  }
}
