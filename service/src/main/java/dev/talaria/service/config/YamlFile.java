package dev.talaria.service.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A YAML file as a tree; one that is not there, or is empty, is a tree without keys. */
final class YamlFile {
  private static final ObjectMapper YAML = new ObjectMapper(
      YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

  private YamlFile() {}

  static JsonNode read(Path file) {
    if (!Files.exists(file)) {
      return MissingNode.getInstance();
    }
    try {
      var tree = YAML.readTree(Files.readString(file));
      if (tree == null || tree.isMissingNode() || tree.isNull()) {
        return MissingNode.getInstance();
      }
      if (!tree.isObject()) {
        throw new ConfigException("'%s' holds no keys; expected 'key: value'.".formatted(file));
      }
      return tree;
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      throw new ConfigException(
          "'%s' is not YAML%s: %s"
              .formatted(
                  file,
                  at == null ? "" : " (line %d)".formatted(at.getLineNr()),
                  e.getOriginalMessage().lines().findFirst().orElse("")),
          e);
    } catch (IOException e) {
      throw new ConfigException("Cannot read '%s': %s.".formatted(file, e), e);
    }
  }
}
