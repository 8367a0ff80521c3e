package dev.talaria.protocol.policy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which model follows which at a retry: hermes's {@code kanban.retry_model_escalation}. The empty string stands for the
 * profile's default model. An empty ladder changes nothing.
 *
 * @param steps model to next model
 */
public record Ladder(@JsonValue Map<String, String> steps) {
  public static final Ladder NONE = new Ladder(Map.of());

  /** The key that stands for "whatever the profile uses". */
  public static final String PROFILE_DEFAULT = "";

  @JsonCreator
  public Ladder {
    steps = java.util.Collections.unmodifiableMap(new TreeMap<>(steps));
    steps.forEach(Ladder::checkStep);
    for (String start : steps.keySet()) {
      checkNoCycle(start, steps);
    }
  }

  /**
   * The rung that a task stands on: its override if it has one, else the model that the launcher reported, else the
   * profile's default. An override that is not in the ladder is its top. A reported model that is not in it is not: the
   * empty key then still says what follows the profile's default.
   */
  public Optional<Rung> next(@Nullable String override, @Nullable String reported) {
    if (override != null && !override.isEmpty()) {
      return rung(override);
    }
    if (reported != null && !reported.isEmpty() && steps.containsKey(reported)) {
      return rung(reported);
    }
    return rung(PROFILE_DEFAULT);
  }

  /** One step up. */
  public record Rung(String from, String to) {}

  private Optional<Rung> rung(String from) {
    String to = steps.get(from);
    return to == null ? Optional.empty() : Optional.of(new Rung(from, to));
  }

  private static void checkStep(String from, String to) {
    if (to == null || to.isBlank()) {
      throw new IllegalArgumentException(
          "retry_model_escalation maps '%s' to nothing; expected the name of a model."
              .formatted(from));
    }
    if (to.equals(from)) {
      throw new IllegalArgumentException(
          "retry_model_escalation maps '%s' to itself; leave the last model of a ladder out."
              .formatted(from));
    }
  }

  private static void checkNoCycle(String start, Map<String, String> steps) {
    Set<String> seen = new HashSet<>();
    for (String model = start; model != null; model = steps.get(model)) {
      if (!seen.add(model)) {
        throw new IllegalArgumentException(
            "retry_model_escalation goes in a circle through '%s'; a ladder must end."
                .formatted(model));
      }
    }
  }
}
