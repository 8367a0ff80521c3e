package dev.talaria.service.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A YAML file as a tree; one that is not there, or is empty, is a tree without keys.
 *
 * @param tree of the keys
 * @param lines in which each key stands, by its dotted name
 */
record YamlFile(Path path, JsonNode tree, Map<String, Integer> lines) {
  private static final ObjectMapper YAML = new ObjectMapper(
      YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

  /** A file without keys. */
  static YamlFile empty(Path path) {
    return new YamlFile(path, MissingNode.getInstance(), Map.of());
  }

  static YamlFile read(Path file) {
    if (!Files.exists(file)) {
      return empty(file);
    }
    try {
      String text = Files.readString(file);
      var tree = YAML.readTree(text);
      if (tree == null || tree.isMissingNode() || tree.isNull()) {
        return empty(file);
      }
      if (!(tree instanceof ObjectNode keys)) {
        throw new ConfigException("'%s' holds no keys; expected 'key: value'.".formatted(file));
      }
      return new YamlFile(file, keys, linesOf(text));
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      throw new ConfigException(
          "'%s' is not YAML%s: %s"
              .formatted(
                  file,
                  at == null ? "" : " (line %d)".formatted(at.getLineNr()),
                  e.getOriginalMessage().lines().findFirst().orElse("")),
          e);
    } catch (CharacterCodingException e) {
      throw new ConfigException("'%s' is not text in UTF-8.".formatted(file), e);
    } catch (IOException e) {
      throw new ConfigException("Cannot read '%s': %s.".formatted(file, e), e);
    }
  }

  /**
   * The same, where a key with dots at the top stands for keys in one another: what {@code talaria config} prints can then be
   * put into the file as it is.
   */
  YamlFile withDottedKeys() {
    return tree instanceof ObjectNode keys ? new YamlFile(path, nested(keys, path), lines) : this;
  }

  private static ObjectNode nested(ObjectNode keys, Path file) {
    ObjectNode all = YAML.createObjectNode();
    keys.fields().forEachRemaining(field -> {
      if (!field.getKey().contains(".")) {
        all.set(field.getKey(), field.getValue());
      }
    });
    keys.fields().forEachRemaining(field -> {
      if (field.getKey().contains(".")) {
        put(all, field.getKey(), field.getValue(), file);
      }
    });
    return all;
  }

  private static void put(ObjectNode all, String key, JsonNode value, Path file) {
    ObjectNode at = all;
    int from = 0;
    for (int dot = key.indexOf('.'); dot >= 0; dot = key.indexOf('.', from)) {
      String name = key.substring(from, dot);
      JsonNode below = at.get(name);
      if (below == null || below.isNull()) {
        at = at.putObject(name);
      } else if (below instanceof ObjectNode section) {
        at = section;
      } else {
        throw new ConfigException(
            "%s in %s has no place: '%s' is a value there; expected keys and values below it."
                .formatted(key, file, key.substring(0, dot)));
      }
      from = dot + 1;
    }
    if (at.has(key.substring(from))) {
      throw new ConfigException("%s stands in %s twice; expected it once.".formatted(key, file));
    }
    at.set(key.substring(from), value);
  }

  private static Map<String, Integer> linesOf(String text) throws IOException {
    var lines = new HashMap<String, Integer>();
    try (JsonParser parser = YAML.createParser(text)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.FIELD_NAME) {
          lines.put(
              key(parser.getParsingContext()), parser.currentTokenLocation().getLineNr());
        }
      }
    }
    return lines;
  }

  private static String key(JsonStreamContext context) {
    JsonStreamContext parent = context.getParent();
    return parent == null || parent.inRoot()
        ? String.valueOf(context.getCurrentName())
        : key(parent) + "." + context.getCurrentName();
  }

  /** Where a key stands: {@code file:line}. */
  String where(String key) {
    Integer line = lines.get(key);
    return line == null ? path.toString() : path + ":" + line;
  }
}
