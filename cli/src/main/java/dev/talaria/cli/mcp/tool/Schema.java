package dev.talaria.cli.mcp.tool;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.text.BoardJson;
import java.util.ArrayList;
import java.util.List;

/** The JSON schema of a tool's arguments, argument by argument. Every tool takes {@code board}, which comes last. */
public final class Schema {
  private static final String BOARD =
      "Only for an orchestrator that works on several boards: the name of an existing board. Leave it out to use the active one. A worker's tools always act on its own board.";

  private final ObjectNode properties = BoardJson.object();
  private final List<String> required = new ArrayList<>();

  Schema text(String name, String description) {
    property(name, "string", description);
    return this;
  }

  Schema choice(String name, List<String> values, String description) {
    property(name, "string", description).set("enum", BoardJson.array(values));
    return this;
  }

  Schema texts(String name, String description) {
    property(name, "array", description).set("items", BoardJson.object().put("type", "string"));
    return this;
  }

  Schema integer(String name, String description) {
    property(name, "integer", description);
    return this;
  }

  Schema flag(String name, String description) {
    property(name, "boolean", description);
    return this;
  }

  Schema object(String name, String description) {
    property(name, "object", description);
    return this;
  }

  Schema required(String... names) {
    required.addAll(List.of(names));
    return this;
  }

  private ObjectNode property(String name, String type, String description) {
    ObjectNode property = BoardJson.object().put("type", type).put("description", description);
    properties.set(name, property);
    return property;
  }

  /** The names of all arguments. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    properties.fieldNames().forEachRemaining(names::add);
    names.add("board");
    return names;
  }

  public ObjectNode json() {
    ObjectNode all = properties.deepCopy();
    all.set("board", BoardJson.object().put("type", "string").put("description", BOARD));
    ObjectNode schema = BoardJson.object().put("type", "object");
    schema.set("properties", all);
    ArrayNode names = BoardJson.array(required);
    schema.set("required", names);
    return schema;
  }
}
