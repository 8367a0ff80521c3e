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
  private static final int IDEAS_PER_TICK = 3;
  private static final double MOST_HOURS = 1e6;
  private static final int STALE_SECONDS = 14_400;
  private static final int TICK_SECONDS = 60;
  private static final long ROTATE_BYTES = 2_097_152;

  private final Path file;
  private final JsonNode all;
  private final JsonNode kanban;

  HermesFile(YamlFile yaml) {
    this.file = yaml.path();
    this.all = yaml.tree();
    this.kanban = all.path("kanban");
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
        Duration.ofSeconds(number("dispatch_interval_seconds", 1).orElse((long) TICK_SECONDS)),
        autoDecompose(),
        ideasPerTick());
  }

  /**
   * @param ourLimit the limit in our own file, which wins
   */
  DiagnosticsConfig diagnostics(Optional<Integer> ourLimit) {
    int limit = ourLimit.orElseGet(() -> number("failure_limit", 1)
        .map(Long::intValue)
        .orElse(DiagnosticsConfig.DEFAULT.failureLimit()));
    int failures = number("diagnostics.failure_threshold", 1)
        .or(() -> number("diagnostics.spawn_failure_threshold", 1))
        .map(Long::intValue)
        .orElse(limit);
    return new DiagnosticsConfig(
        failures,
        limit,
        number("diagnostics.crash_threshold", 1)
            .map(Long::intValue)
            .orElse(DiagnosticsConfig.DEFAULT.crashThreshold()),
        blockedStale(),
        number("diagnostics.stranded_threshold_seconds", 1)
            .map(Duration::ofSeconds)
            .orElse(DiagnosticsConfig.DEFAULT.stranded()));
  }

  /** Hours may be fractions. */
  private Duration blockedStale() {
    var hours = kanban.path("diagnostics").path("blocked_stale_hours");
    double value = hours.isNumber() ? hours.asDouble() : 0;
    return value > 0 && value < MOST_HOURS
        ? Duration.ofSeconds(Math.round(value * 3600))
        : DiagnosticsConfig.DEFAULT.blockedStale();
  }

  OrchestrationConfig orchestration() {
    var model = all.path("model");
    return new OrchestrationConfig(
        kanban.path("orchestrator_profile").asText("").strip(),
        kanban.path("default_assignee").asText("").strip(),
        autoDecompose(),
        ideasPerTick(),
        kanban.path("auto_promote_children").asBoolean(true),
        all.isObject(),
        isExplicit(all.path("auxiliary").path("triage_specifier")),
        isExplicit(all.path("auxiliary").path("kanban_decomposer")),
        isSet(model) || isSet(model.path("default")) || isSet(model.path("model")));
  }

  private boolean autoDecompose() {
    return kanban.path("auto_decompose").asBoolean(true);
  }

  private int ideasPerTick() {
    return number("auto_decompose_per_tick", 1).orElse((long) IDEAS_PER_TICK).intValue();
  }

  private static boolean isExplicit(JsonNode slot) {
    boolean provider = isSet(slot.path("provider"))
        && !slot.path("provider").asText().strip().equalsIgnoreCase("auto");
    return provider || isSet(slot.path("model")) || isSet(slot.path("base_url"));
  }

  private static boolean isSet(JsonNode node) {
    return node.isTextual() && !node.asText().isBlank();
  }

  private JsonNode at(String key) {
    var node = kanban;
    for (var name : key.split("\\.", -1)) {
      node = node.path(name);
    }
    return node;
  }

  /** hermes takes its default for what it cannot use; so do we, aloud. */
  private Optional<Long> number(String key, long least) {
    var node = at(key);
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
