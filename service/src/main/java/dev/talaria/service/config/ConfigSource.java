package dev.talaria.service.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.talaria.service.config.Origin.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
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
 * for, so that {@link #noteUnknown()} can afterwards name those that nobody knows; where each value came from; and every
 * problem, so that an operator hears of all of them at once. Not thread-safe.
 */
final class ConfigSource {
  private final Path home;
  private final YamlFile yaml;
  private final Map<String, String> environment;
  private final Map<String, String> flags;
  private final KnownKeys keys = new KnownKeys();
  private final Map<String, Origin> origins = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();

  ConfigSource(
      Path home, YamlFile yaml, Map<String, String> environment, Map<String, String> flags) {
    this.home = home;
    this.yaml = yaml;
    this.environment = environment;
    this.flags = flags;
  }

  private record Found(String text, Origin origin) {}

  /** Where the values came from, by key; those that nobody set are not in it. */
  Map<String, Origin> origins() {
    return origins;
  }

  List<String> problems() {
    return problems;
  }

  /** What stands below this key was refused as a whole. */
  void passOver(String key) {
    keys.open(key);
  }

  void problem(String text) {
    problems.add(text);
  }

  String text(String key, String otherwise) {
    return text(key).orElse(otherwise);
  }

  Optional<String> text(String key) {
    return find(key).map(Found::text);
  }

  /** A text that may also stand in a file of its own, which {@code KEY_file} names. */
  Optional<String> secret(String key) {
    var value = find(key);
    String fileKey = key + SecretFiles.SUFFIX;
    var file = find(fileKey);
    origins.remove(fileKey);
    return stronger(key, value, file).map(found -> {
      origins.put(key, found.origin());
      return found.text();
    });
  }

  /** Of a value and a file that holds one: what the stronger layer says. */
  private Optional<Found> stronger(String key, Optional<Found> value, Optional<Found> file) {
    if (file.isEmpty()) {
      return value;
    }
    Found named = file.get();
    if (value.isPresent()) {
      int order = value.get().origin().kind().compareTo(named.origin().kind());
      if (order == 0) {
        problem("%s and %s are both set (%s); expected one of them."
            .formatted(key, key + SecretFiles.SUFFIX, named.origin()));
      }
      if (order >= 0) {
        return value;
      }
    }
    try {
      String secret = SecretFiles.read(key + SecretFiles.SUFFIX, named.text(), home);
      String where = "%s (%s)".formatted(home.resolve(named.text()), named.origin());
      return Optional.of(new Found(secret, new Origin(named.origin().kind(), where)));
    } catch (ConfigException e) {
      e.problems().forEach(text -> problem(withOrigin(text, named.origin())));
      return Optional.empty();
    }
  }

  int number(String key, int otherwise) {
    return number(key).orElse(otherwise);
  }

  Optional<Integer> number(String key) {
    return find(key).flatMap(found -> parse(key, found, "a whole number", text -> integer(text)));
  }

  double decimal(String key, double otherwise) {
    return decimal(key).orElse(otherwise);
  }

  Optional<Double> decimal(String key) {
    return find(key).flatMap(found -> parse(key, found, "a number", ConfigSource::decimalNumber));
  }

  boolean flag(String key, boolean otherwise) {
    return find(key)
        .flatMap(found ->
            parse(key, found, "true or false", text -> switch (text.toLowerCase(Locale.ROOT)) {
              case "true", "yes", "on" -> Optional.of(true);
              case "false", "no", "off" -> Optional.of(false);
              default -> Optional.empty();
            }))
        .orElse(otherwise);
  }

  Duration duration(String key, Duration otherwise) {
    return duration(key).orElse(otherwise);
  }

  Optional<Duration> duration(String key) {
    return find(key).flatMap(found -> parse(key, found, Durations.EXPECTED, Durations::parse));
  }

  <E extends Enum<E>> E choice(String key, E otherwise) {
    var choices = otherwise.getDeclaringClass().getEnumConstants();
    var words = List.of(choices).stream().map(ConfigSource::word).toList();
    return find(key)
        .flatMap(found -> parse(key, found, "one of " + String.join(", ", words), text -> {
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
    return list(key, "\\s+");
  }

  /** A list of names: outside of the file also with commas between. */
  List<String> names(String key) {
    return list(key, "[,\\s]+");
  }

  private List<String> list(String key, String separator) {
    var outside = words(key, separator);
    if (outside.isPresent()) {
      return outside.get();
    }
    var values = new ArrayList<String>();
    elements(key).forEach(element -> scalar(key, element).ifPresent(values::add));
    return values;
  }

  /** As {@link #list(String)}; in the file, an element may be a list of texts itself. */
  List<Object> template(String key) {
    var outside = words(key, "\\s+");
    if (outside.isPresent()) {
      return List.copyOf(outside.get());
    }
    var values = new ArrayList<Object>();
    for (JsonNode element : elements(key)) {
      if (element.isArray()) {
        var group = new ArrayList<String>();
        element.forEach(inner -> scalar(key, inner).ifPresent(group::add));
        values.add(List.copyOf(group));
      } else {
        scalar(key, element).ifPresent(values::add);
      }
    }
    return values;
  }

  private Optional<List<String>> words(String key, String separator) {
    return outside(key).map(found -> {
      origins.put(key, found.origin());
      return Arrays.stream(found.text().strip().split(separator))
          .filter(word -> !word.isEmpty())
          .toList();
    });
  }

  private List<JsonNode> elements(String key) {
    keys.open(key);
    var node = at(key);
    if (node.isMissingNode() || node.isNull()) {
      return List.of();
    }
    if (!node.isArray()) {
      problem("%s in %s is '%s'; expected a list such as [program, argument]."
          .formatted(key, yaml.where(key), node.isContainerNode() ? "{...}" : node.asText()));
      return List.of();
    }
    origins.put(key, inFile(key));
    var elements = new ArrayList<JsonNode>();
    node.forEach(elements::add);
    return elements;
  }

  /** A map whose names are free; from the file and, name by name, from flags. */
  Map<String, String> map(String key) {
    keys.add(key);
    keys.open(key);
    var values = new LinkedHashMap<String, String>();
    object(key).fields().forEachRemaining(entry -> {
      String inner = key + "." + entry.getKey();
      scalar(inner, entry.getValue()).ifPresent(value -> values.put(entry.getKey(), value));
      origins.put(shown(key, entry.getKey()), inFile(inner));
    });
    new TreeMap<>(flags).forEach((flag, value) -> {
      if (flag.startsWith(key + ".")) {
        String name = flag.substring(key.length() + 1).replace("''", "");
        values.put(name, value);
        origins.put(shown(key, name), Origin.FLAG);
      }
    });
    return values;
  }

  /** The empty model name must stay visible. */
  private static String shown(String key, String name) {
    return key + "." + (name.isEmpty() ? "''" : name);
  }

  boolean has(String key) {
    return !at(key).isMissingNode() && !at(key).isNull()
        || flags.keySet().stream().anyMatch(flag -> flag.startsWith(key + "."));
  }

  /** The names right below a key, in the file and in flags. */
  Set<String> below(String key) {
    keys.add(key);
    var names = new TreeSet<String>();
    object(key).fieldNames().forEachRemaining(names::add);
    for (var flag : flags.keySet()) {
      if (flag.startsWith(key + ".")) {
        names.add(flag.substring(key.length() + 1).split("\\.", 2)[0]);
      }
    }
    return names;
  }

  /**
   * All scalars below a section that were not asked for, by their dotted names there: what is handed on to Kafka. {@code
   * TALARIA_KAFKA_SECURITY_PROTOCOL} is {@code security.protocol}. Secrets may stand in files, see {@link #secret}.
   *
   * @param nativeNames names that the receiver itself knows
   */
  Map<String, String> rest(String section, Set<String> nativeNames) {
    keys.open(section);
    var found = new TreeMap<String, Found>();
    flatten("", section, object(section), found);
    var prefix = KnownKeys.variable(section) + "_";
    environment.forEach((variable, value) -> {
      if (variable.startsWith(prefix)) {
        String name = nameOf(variable.substring(prefix.length()), nativeNames);
        found.put(name, new Found(value, new Origin(Kind.VARIABLE, variable)));
      }
    });
    flags.forEach((name, value) -> {
      if (name.startsWith(section + ".")) {
        found.put(name.substring(section.length() + 1), new Found(value, Origin.FLAG));
      }
    });
    found.keySet().removeIf(name -> keys.containsAsVariable(section + "." + name));
    var values = new TreeMap<String, String>();
    found.forEach((name, value) -> {
      String base = withoutSuffix(name);
      String key = section + "." + base;
      if (base.equals(name) || nativeNames.contains(name)) {
        if (!found.containsKey(name + SecretFiles.SUFFIX)) {
          values.put(name, value.text());
          origins.put(section + "." + name, value.origin());
        }
      } else if (!SecretFiles.isSecret(base)) {
        problem("%s.%s (%s) is no setting; only secrets are read from files."
            .formatted(section, name, value.origin()));
      } else {
        stronger(key, Optional.ofNullable(found.get(base)), Optional.of(value)).ifPresent(it -> {
          values.put(base, it.text());
          origins.put(key, it.origin());
        });
      }
    });
    return values;
  }

  private static String nameOf(String variable, Set<String> nativeNames) {
    String name = variable.toLowerCase(Locale.ROOT).replace('_', '.');
    if (name.endsWith(".file") && !nativeNames.contains(name)) {
      return name.substring(0, name.length() - ".file".length()) + SecretFiles.SUFFIX;
    }
    return name;
  }

  private static String withoutSuffix(String name) {
    return name.endsWith(SecretFiles.SUFFIX)
        ? name.substring(0, name.length() - SecretFiles.SUFFIX.length())
        : name;
  }

  /** Notes every key of file, flags or environment that was not asked for. */
  void noteUnknown() {
    noteUnknown("", yaml.tree());
    for (var flag : new TreeSet<>(flags.keySet())) {
      if (!keys.contains(flag)) {
        problem(keys.unknown(flag, "the flags"));
      }
    }
    keys.unknownVariables(environment.keySet()).forEach(this::problem);
  }

  /** Notes every key of the file below a section that was not asked for. */
  void noteUnknownBelow(String section) {
    noteUnknown(section, object(section));
  }

  private void noteUnknown(String path, JsonNode node) {
    var fields = node.fields();
    while (fields.hasNext()) {
      var field = fields.next();
      var key = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
      if (field.getKey().contains(".") && !path.isEmpty() && !keys.isOpen(key)) {
        problem("'%s' in %s stands below '%s'; expected each part on a line of its own."
            .formatted(field.getKey(), yaml.where(key), path));
      } else if (!keys.contains(key)) {
        problem(keys.unknown(key, yaml.where(key)));
      } else {
        if (keys.isSection(key)) {
          // a lone value in a section's place would hide all that was meant to be in it
          object(key);
        }
        if (field.getValue().isObject() && !keys.isOpen(key)) {
          noteUnknown(key, field.getValue());
        }
      }
    }
  }

  private Optional<Found> find(String key) {
    var found = outside(key);
    if (found.isEmpty()) {
      var node = at(key);
      if (!node.isMissingNode() && !node.isNull()) {
        found = scalar(key, node).map(text -> new Found(text, inFile(key)));
      }
    }
    found.ifPresent(it -> origins.put(key, it.origin()));
    return found;
  }

  private Optional<Found> outside(String key) {
    keys.add(key);
    if (flags.containsKey(key)) {
      return Optional.of(new Found(flags.getOrDefault(key, ""), Origin.FLAG));
    }
    var variable = KnownKeys.variable(key);
    var value = environment.get(variable);
    return value == null
        ? Optional.empty()
        : Optional.of(new Found(value, new Origin(Kind.VARIABLE, variable)));
  }

  private Origin inFile(String key) {
    return new Origin(Kind.FILE, yaml.where(key));
  }

  private JsonNode at(String key) {
    var node = yaml.tree();
    for (var name : key.split("\\.")) {
      node = node.path(name);
    }
    return node;
  }

  private JsonNode object(String key) {
    var node = at(key);
    if (!node.isMissingNode() && !node.isNull() && !node.isObject()) {
      String text = "%s in %s is '%s'; expected keys and values below it."
          .formatted(key, yaml.where(key), node.isArray() ? "[...]" : node.asText());
      if (!problems.contains(text)) {
        problem(text);
      }
    }
    return node;
  }

  private Optional<String> scalar(String key, JsonNode node) {
    if (node.isContainerNode()) {
      problem("%s in %s is a %s; expected one value."
          .formatted(key, yaml.where(key), node.isArray() ? "list" : "section"));
      return Optional.empty();
    }
    return Optional.of(node.isNull() ? "" : node.asText());
  }

  private void flatten(String path, String section, JsonNode node, Map<String, Found> into) {
    node.fields().forEachRemaining(field -> {
      var name = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
      if (field.getValue().isObject()) {
        flatten(name, section, field.getValue(), into);
      } else {
        var key = section + "." + name;
        scalar(key, field.getValue())
            .ifPresent(text -> into.put(name, new Found(text, inFile(key))));
      }
    });
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

  private <T> Optional<T> parse(
      String key, Found found, String expected, Function<String, Optional<T>> parser) {
    var parsed = parser.apply(found.text());
    if (parsed.isEmpty()) {
      problem("%s is '%s' (from %s); expected %s."
          .formatted(key, found.text(), found.origin(), expected));
    }
    return parsed;
  }

  /** Notes what a record refused, with where the value stands. */
  void refused(ConfigException e) {
    for (String text : e.problems()) {
      Origin origin = origins.entrySet().stream()
          .filter(entry -> text.startsWith(entry.getKey() + " "))
          .map(Map.Entry::getValue)
          .findFirst()
          .orElse(Origin.DEFAULT);
      problem(origin == Origin.DEFAULT ? text : withOrigin(text, origin));
    }
  }

  private static String withOrigin(String text, Origin origin) {
    int at = text.indexOf("; expected");
    String from = " (from " + origin + ")";
    if (at >= 0) {
      return text.substring(0, at) + from + text.substring(at);
    }
    return text.endsWith(".") ? text.substring(0, text.length() - 1) + from + "." : text + from;
  }
}
