package dev.talaria.service.config;

import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.policy.Ladder;
import dev.talaria.protocol.policy.Prices;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A configuration as it is in force, key by key as an operator writes it, secrets masked.
 *
 * @param values dotted key to value, in the order of the sections; what is not set is left out
 */
public record EffectiveConfig(Map<String, String> values) {
  private static final String MASK = "********";

  /** Where a record's component is named otherwise than the key that an operator writes. */
  private static final Map<String, String> WRITTEN = Map.of(
      "policy.rate_limit.max", "policy.rate_limit.max_duration",
      "kanban.stale_timeout", "kanban.dispatch_stale_timeout_seconds",
      "kanban.dispatch_interval", "kanban.dispatch_interval_seconds");

  public EffectiveConfig {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  public static EffectiveConfig of(TalariaConfig config) {
    var values = new LinkedHashMap<String, String>();
    add("", config, values);
    return new EffectiveConfig(values);
  }

  private static void add(String key, @Nullable Object value, Map<String, String> into) {
    if (value == null) {
      return;
    }
    String written = WRITTEN.get(key);
    if (written != null) {
      add(written, value, into);
    } else if (value instanceof Ladder ladder) {
      add(key, ladder.steps(), into);
    } else if (value instanceof Prices prices) {
      add(key, prices.perMinute(), into);
    } else if (value instanceof Lane) {
      return; // stands in the key
    } else if (value instanceof Map<?, ?> map) {
      map.forEach((name, inner) -> add(join(key, entryName(name)), inner, into));
    } else if (value instanceof Record record) {
      for (var component : record.getClass().getRecordComponents()) {
        var inner = read(component, record);
        var name = snakeCase(component.getName());
        if (name.endsWith("_seconds") && inner instanceof Long seconds) {
          add(join(key, name.replace("_seconds", "")), Duration.ofSeconds(seconds), into);
        } else {
          add(join(key, name), inner, into);
        }
      }
    } else if (SecretFiles.isSecret(key) && !key.contains(".env_files.")) {
      into.put(key, MASK);
    } else if (value instanceof Duration duration) {
      into.put(
          key,
          key.endsWith("_seconds")
              ? Long.toString(duration.toSeconds())
              : Durations.format(duration));
    } else if (value instanceof Enum<?> constant) {
      into.put(key, ConfigSource.word(constant));
    } else if (value instanceof List<?> list) {
      into.put(key, list.stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]")));
    } else {
      into.put(key, value.toString());
    }
  }

  /** The empty model name must stay visible. */
  private static String entryName(@Nullable Object name) {
    var text = String.valueOf(name);
    return text.isEmpty() ? "''" : text;
  }

  /** Kafka's own names stand right below {@code kafka.}, as they are written. */
  private static String join(String key, String name) {
    if (key.isEmpty()) {
      return name;
    }
    return key.equals("kafka.properties") ? "kafka." + name : key + "." + name;
  }

  private static @Nullable Object read(RecordComponent component, Record record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot read " + component, e);
    }
  }

  private static String snakeCase(String camelCase) {
    return camelCase.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  /** One {@code key: value} a line. */
  @Override
  public String toString() {
    return values.entrySet().stream()
        .map(entry -> entry.getKey() + ": " + entry.getValue())
        .collect(Collectors.joining("\n"));
  }
}
