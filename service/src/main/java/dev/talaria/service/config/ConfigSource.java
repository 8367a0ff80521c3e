package dev.talaria.service.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Looks values up by dotted key: a flag wins over the environment, that over the file. It notes each key that was asked
 * for, so that {@link #refuseUnknown()} can afterwards name those that nobody knows. Not thread-safe.
 */
final class ConfigSource {
  private static final String ENV = "TALARIA_";

  private final String fileName;
  private final JsonNode file;
  private final Map<String, String> environment;
  private final Map<String, String> flags;
  private final Set<String> known = new TreeSet<>();
  private final Set<String> open = new TreeSet<>();

  ConfigSource(
      String fileName, JsonNode file, Map<String, String> environment, Map<String, String> flags) {
    this.fileName = fileName;
    this.file = file;
    this.environment = environment;
    this.flags = flags;
  }

  private record Found(String text, String where) {}

  String text(String key, String otherwise) {
    return text(key).orElse(otherwise);
  }

  Optional<String> text(String key) {
    return find(key).map(Found::text);
  }

  int number(String key, int otherwise) {
    return number(key).orElse(otherwise);
  }

  Optional<Integer> number(String key) {
    return find(key).map(found -> parse(key, found, "a whole number", text -> integer(text)));
  }

  double decimal(String key, double otherwise) {
    return find(key)
        .map(found -> parse(key, found, "a number", ConfigSource::decimalNumber))
        .orElse(otherwise);
  }

  boolean flag(String key, boolean otherwise) {
    return find(key)
        .map(found ->
            parse(key, found, "true or false", text -> switch (text.toLowerCase(Locale.ROOT)) {
              case "true", "yes", "on" -> Optional.of(true);
              case "false", "no", "off" -> Optional.of(false);
              default -> Optional.empty();
            }))
        .orElse(otherwise);
  }

  Duration duration(String key, Duration otherwise) {
    return find(key)
        .map(found -> parse(key, found, Durations.EXPECTED, Durations::parse))
        .orElse(otherwise);
  }

  <E extends Enum<E>> E choice(String key, E otherwise) {
    var choices = otherwise.getDeclaringClass().getEnumConstants();
    var words = List.of(choices).stream().map(ConfigSource::word).toList();
    return find(key)
        .map(found -> parse(key, found, "one of " + String.join(", ", words), text -> {
          int at = words.indexOf(text.replace('_', '-').toLowerCase(Locale.ROOT));
          return at < 0 ? Optional.empty() : Optional.of(choices[at]);
        }))
        .orElse(otherwise);
  }

  /** An enum constant as it is written in a file. */
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A list in the file; from flag or environment, words with blanks between. */
  List<String> list(String key) {
    var outside = outside(key);
    if (outside.isPresent()) {
      return List.of(outside.get().text().strip().split("\\s+"));
    }
    open.add(key);
    var node = at(key);
    if (node.isMissingNode() || node.isNull()) {
      return List.of();
    }
    if (!node.isArray()) {
      throw new ConfigException("%s in %s is '%s'; expected a list such as [program, argument]."
          .formatted(key, fileName, node.asText()));
    }
    var values = new ArrayList<String>();
    node.forEach(element -> values.add(scalar(key, element)));
    return values;
  }

  /** A map whose names are free; from the file only. */
  Map<String, String> map(String key) {
    known.add(key);
    open.add(key);
    var values = new LinkedHashMap<String, String>();
    object(key)
        .fields()
        .forEachRemaining(entry ->
            values.put(entry.getKey(), scalar(key + "." + entry.getKey(), entry.getValue())));
    return values;
  }

  boolean has(String key) {
    return !at(key).isMissingNode() && !at(key).isNull();
  }

  /** The names right below a key of the file. */
  List<String> names(String key) {
    known.add(key);
    var names = new ArrayList<String>();
    object(key).fieldNames().forEachRemaining(names::add);
    return names;
  }

  /**
   * All scalars below a section that were not asked for, by their dotted names there: what is handed on to Kafka. {@code
   * TALARIA_KAFKA_SECURITY_PROTOCOL} is {@code security.protocol}.
   */
  Map<String, String> rest(String section) {
    open.add(section);
    var values = new TreeMap<String, String>();
    flatten("", object(section), values);
    var prefix = envName(section) + "_";
    environment.forEach((name, value) -> {
      if (name.startsWith(prefix)) {
        values.put(
            name.substring(prefix.length()).toLowerCase(Locale.ROOT).replace('_', '.'), value);
      }
    });
    flags.forEach((name, value) -> {
      if (name.startsWith(section + ".")) {
        values.put(name.substring(section.length() + 1), value);
      }
    });
    values
        .keySet()
        .removeIf(name -> known.stream().anyMatch(key -> same(key, section + "." + name)));
    return values;
  }

  private static boolean same(String known, String key) {
    return known.replace('_', '.').equals(key.replace('_', '.'));
  }

  /** Throws for the first key of file, flags or environment that was not asked for. */
  void refuseUnknown() {
    refuseUnknown("", file);
    for (var flag : new TreeSet<>(flags.keySet())) {
      if (!isKnown(flag)) {
        throw unknown(flag, "the flags");
      }
    }
    var sections = known.stream().map(key -> key.split("\\.", 2)[0]).distinct().toList();
    for (var name : new TreeSet<>(environment.keySet())) {
      boolean ours = sections.stream().anyMatch(it -> name.startsWith(envName(it) + "_"));
      boolean taken = known.stream().anyMatch(key -> envName(key).equals(name))
          || open.stream().anyMatch(it -> !it.contains(".") && name.startsWith(envName(it)));
      if (ours && !taken) {
        var nearest = Nearest.to(name, known.stream().map(ConfigSource::envName).toList(), 8);
        throw new ConfigException("Unknown variable '%s'%s."
            .formatted(name, nearest.map(it -> "; did you mean '" + it + "'?").orElse("")));
      }
    }
  }

  private void refuseUnknown(String path, JsonNode node) {
    var fields = node.fields();
    while (fields.hasNext()) {
      var field = fields.next();
      var key = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
      if (!isKnown(key)) {
        throw unknown(key, fileName);
      }
      boolean section = !known.contains(key) && !isOpen(key);
      if (section) {
        object(key); // a lone value in a section's place would hide all that was meant to be in it
      }
      if (field.getValue().isObject() && !isOpen(key)) {
        refuseUnknown(key, field.getValue());
      }
    }
  }

  private boolean isKnown(String key) {
    return known.contains(key)
        || isOpen(key)
        || known.stream().anyMatch(other -> other.startsWith(key + "."));
  }

  private boolean isOpen(String key) {
    return open.stream().anyMatch(it -> key.equals(it) || key.startsWith(it + "."));
  }

  private ConfigException unknown(String key, String where) {
    // A key of the same section first, then sections, then any.
    int dot = key.lastIndexOf('.');
    var parent = dot < 0 ? "" : key.substring(0, dot + 1);
    var siblings = known.stream()
        .filter(it -> it.startsWith(parent))
        .map(it -> parent + it.substring(parent.length()).split("\\.", 2)[0])
        .distinct()
        .toList();
    var nearest = Nearest.to(key, siblings, 4)
        .or(() -> sameName(key.substring(dot + 1)))
        .or(() -> Nearest.to(key, known, key.length() / 2));
    return new ConfigException("Unknown key '%s' in %s%s."
        .formatted(key, where, nearest.map(it -> "; did you mean '" + it + "'?").orElse("")));
  }

  /** A key put into the wrong section. */
  private Optional<String> sameName(String name) {
    return known.stream().filter(it -> it.endsWith("." + name)).findFirst();
  }

  private Optional<Found> find(String key) {
    var outside = outside(key);
    if (outside.isPresent()) {
      return outside;
    }
    var node = at(key);
    if (node.isMissingNode() || node.isNull()) {
      return Optional.empty();
    }
    return Optional.of(new Found(scalar(key, node), fileName));
  }

  private Optional<Found> outside(String key) {
    known.add(key);
    if (flags.containsKey(key)) {
      return Optional.of(new Found(flags.getOrDefault(key, ""), "the flags"));
    }
    var variable = envName(key);
    var value = environment.get(variable);
    return value == null ? Optional.empty() : Optional.of(new Found(value, variable));
  }

  private JsonNode at(String key) {
    var node = file;
    for (var name : key.split("\\.")) {
      node = node.path(name);
    }
    return node;
  }

  private JsonNode object(String key) {
    var node = at(key);
    if (!node.isMissingNode() && !node.isNull() && !node.isObject()) {
      throw new ConfigException("%s in %s is '%s'; expected keys and values below it."
          .formatted(key, fileName, node.asText()));
    }
    return node;
  }

  private String scalar(String key, JsonNode node) {
    if (node.isContainerNode()) {
      throw new ConfigException("%s in %s is a %s; expected one value."
          .formatted(key, fileName, node.isArray() ? "list" : "section"));
    }
    return node.isNull() ? "" : node.asText();
  }

  private void flatten(String path, JsonNode node, Map<String, String> into) {
    node.fields().forEachRemaining(field -> {
      var key = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
      if (field.getValue().isObject()) {
        flatten(key, field.getValue(), into);
      } else {
        into.put(key, scalar(key, field.getValue()));
      }
    });
  }

  private static String envName(String key) {
    return ENV + key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
  }

  private static Optional<Integer> integer(String text) {
    try {
      return Optional.of(Integer.parseInt(text.strip().replace("_", "")));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Double> decimalNumber(String text) {
    try {
      return Optional.of(Double.parseDouble(text.strip()));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static <T> T parse(
      String key, Found found, String expected, Function<String, Optional<T>> parser) {
    return parser
        .apply(found.text())
        .orElseThrow(() -> new ConfigException("%s is '%s' (from %s); expected %s."
            .formatted(key, found.text(), found.where(), expected)));
  }
}
