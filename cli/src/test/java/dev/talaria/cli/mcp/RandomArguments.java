package dev.talaria.cli.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.cli.mcp.tool.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Arguments that fit a tool's schema, nearly fit it, or do not fit it at all. */
final class RandomArguments {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final List<String> TEXTS = List.of(
      "",
      " ",
      "\u00a0",
      "a title",
      "nul\u0000inside",
      "\ud83d\ude00 Größe",
      "\ud800",
      "line\nbreak\r\n",
      "'; DROP TABLE tasks; --",
      "../../etc/passwd",
      "--help",
      "-1",
      "0",
      "1",
      "200",
      "99999999999999999999",
      "1e3",
      "true",
      "no",
      "null",
      "none",
      "{}",
      "[]",
      "{\"a\":",
      "running",
      "blocked",
      "done",
      "scratch",
      "dir",
      "worktree",
      "default",
      "nowhere",
      "coder",
      "web",
      "t_00000000",
      "t_",
      "%s%n",
      "\u202egnirts");

  private final Random random;
  private final List<String> ids;

  /** @param ids tasks that exist; the list may grow meanwhile */
  RandomArguments(Random random, List<String> ids) {
    this.random = random;
    this.ids = ids;
  }

  ObjectNode forTool(Tool tool) {
    ObjectNode arguments = NODES.objectNode();
    JsonNode properties = tool.schema().json().get("properties");
    List<String> required = new ArrayList<>();
    tool.schema().json().get("required").forEach(name -> required.add(name.asText()));
    properties.properties().forEach(property -> {
      String name = property.getKey();
      int chance = required.contains(name) ? 90 : name.equals("board") ? 8 : 35;
      if (random.nextInt(100) < chance) {
        arguments.set(name, random.nextInt(100) < 75 ? fitting(name, property.getValue()) : any(4));
      }
    });
    if (random.nextInt(100) < 15) {
      arguments.set(name(), any(3));
    }
    return arguments;
  }

  private JsonNode fitting(String name, JsonNode schema) {
    JsonNode choices = schema.path("enum");
    if (choices.size() > 0) {
      return choices.get(random.nextInt(choices.size()));
    }
    return switch (schema.path("type").asText()) {
      case "integer" -> NODES.numberNode(random.nextInt(300) - 20);
      case "boolean" -> NODES.booleanNode(random.nextBoolean());
      case "array" -> list(name);
      case "object" -> NODES.objectNode().set("k", any(2));
      default -> NODES.textNode(name.endsWith("_id") ? id() : text());
    };
  }

  private ArrayNode list(String name) {
    ArrayNode list = NODES.arrayNode();
    for (int i = random.nextInt(4); i > 0; i--) {
      list.add(name.equals("parents") || name.equals("created_cards") ? id() : text());
    }
    return list;
  }

  private String id() {
    return ids.isEmpty() || random.nextInt(100) < 15 ? text() : ids.get(random.nextInt(ids.size()));
  }

  private String text() {
    int kind = random.nextInt(100);
    if (kind < 2) {
      return "long ".repeat(1 + random.nextInt(40_000));
    }
    if (kind < 10) {
      StringBuilder noise = new StringBuilder();
      for (int i = random.nextInt(30); i > 0; i--) {
        noise.append((char) random.nextInt(0x3000));
      }
      return noise.toString();
    }
    return TEXTS.get(random.nextInt(TEXTS.size()));
  }

  /** Of names longer than 50,000 characters the parser makes no message. */
  private String name() {
    String name = text();
    return name.substring(0, Math.min(name.length(), 200));
  }

  /** Any value at all, nested at most so deep or, seldom, very deep. */
  JsonNode any(int depth) {
    return switch (random.nextInt(depth > 0 ? 11 : 8)) {
      case 0 -> NODES.nullNode();
      case 1 -> NODES.booleanNode(random.nextBoolean());
      case 2 -> NODES.numberNode(random.nextLong());
      case 3 -> NODES.numberNode(random.nextInt(5));
      case 4 -> NODES.numberNode(random.nextGaussian() * 1e9);
      case 5, 6, 7 -> NODES.textNode(random.nextBoolean() ? text() : id());
      case 8 -> {
        ArrayNode array = NODES.arrayNode();
        for (int i = random.nextInt(5); i > 0; i--) {
          array.add(any(depth - 1));
        }
        yield array;
      }
      case 9 -> {
        ObjectNode object = NODES.objectNode();
        for (int i = random.nextInt(5); i > 0; i--) {
          object.set(name(), any(depth - 1));
        }
        yield object;
      }
      default -> deep(random.nextInt(10) == 0 ? 900 : 20);
    };
  }

  private static JsonNode deep(int levels) {
    JsonNode node = NODES.textNode("bottom");
    for (int i = 0; i < levels; i++) {
      node = i % 2 == 0 ? NODES.arrayNode().add(node) : NODES.objectNode().set("x", node);
    }
    return node;
  }
}
