package dev.talaria.launcher.lane;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a task puts into its lane's command, by placeholder. A name with no value drops the optional groups that ask for it; one
 * with several repeats them.
 */
public final class LaneValues {
  /** Every placeholder that a template may use. */
  static final List<String> NAMES = List.of(
      "task_id",
      "task",
      "run_id",
      "run",
      "title",
      "profile",
      "model",
      "skills",
      "workspace",
      "board",
      "host",
      "context_file",
      "tenant",
      "branch");

  private final Map<String, List<String>> values = new LinkedHashMap<>();

  /** Sets a value; null or empty text means that there is none. */
  public LaneValues with(String name, @Nullable String value) {
    return with(name, value == null || value.isEmpty() ? List.of() : List.of(value));
  }

  public LaneValues with(String name, List<String> several) {
    if (!NAMES.contains(name)) {
      throw new IllegalArgumentException(
          "'%s' is not a placeholder; known are %s.".formatted(name, NAMES));
    }
    values.put(name, List.copyOf(several));
    return this;
  }

  List<String> get(String name) {
    return values.getOrDefault(name, List.of());
  }
}
