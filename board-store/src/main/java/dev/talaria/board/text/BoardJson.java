package dev.talaria.board.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** JSON as board columns hold it (contract 0.5). What cannot be parsed reads as null, never as an error. */
public final class BoardJson {
  private static final JsonMapper PLAIN = JsonMapper.builder().build();
  // hermes's parser takes NaN and Infinity, and nothing after the value
  private static final JsonMapper TOLERANT = JsonMapper.builder()
      .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .build();
  private static final JsonMapper ASCII =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private BoardJson() {}

  /** A new, empty payload. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** A list of texts as a JSON array. */
  public static ArrayNode array(Iterable<String> values) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    values.forEach(array::add);
    return array;
  }

  /** The column form of an object: null for null and for an empty object. */
  public static @Nullable String column(@Nullable ObjectNode object) {
    return object == null || object.isEmpty() ? null : write(PLAIN, object);
  }

  /** The object that a column holds; null when absent, not an object, or not JSON. */
  public static @Nullable ObjectNode parseObject(@Nullable String column) {
    return parse(column) instanceof ObjectNode object ? object : null;
  }

  /** The column form of a skill list: non-ASCII escaped, as hermes writes it. */
  public static String skillsColumn(List<String> skills) {
    return write(ASCII, array(skills));
  }

  /** The skills that a column holds; null when absent or unreadable, empty for {@code []}. */
  public static @Nullable List<String> parseSkills(@Nullable String column) {
    if (!(parse(column) instanceof ArrayNode array)) {
      return null;
    }
    List<String> skills = new ArrayList<>();
    array.forEach(skill -> skills.add(skill.asText()));
    return List.copyOf(skills);
  }

  /** Over several lines, two blanks of indent, as hermes writes its files. */
  public static String indented(JsonNode node) {
    try {
      return PLAIN.writer(Indented.PRINTER).writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A JSON tree could not be written.", e);
    }
  }

  /** Made only when something is indented. */
  private static final class Indented {
    private static final DefaultPrettyPrinter PRINTER = printer();

    private static DefaultPrettyPrinter printer() {
      var separators = Separators.createDefaultInstance()
          .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
          .withObjectEmptySeparator("")
          .withArrayEmptySeparator("");
      var printer = new DefaultPrettyPrinter(separators);
      var indenter = new DefaultIndenter("  ", "\n");
      printer.indentObjectsWith(indenter);
      printer.indentArraysWith(indenter);
      return printer;
    }
  }

  /** Any JSON value in one line, keys sorted, as hermes prints it. */
  public static String sortedLine(JsonNode node) {
    return PythonJson.line(node);
  }

  private static @Nullable JsonNode parse(@Nullable String column) {
    if (column == null || column.isBlank()) {
      return null;
    }
    try {
      return TOLERANT.readTree(column);
    } catch (JsonProcessingException e) {
      return null; // contract 0.5: a bad column is an absent one
    }
  }

  private static String write(JsonMapper mapper, JsonNode node) {
    try {
      return mapper.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A JSON tree could not be written.", e);
    }
  }
}
