package dev.talaria.launcher.api;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a worker sends: JSON, a form ({@code curl -d summary=...}) or plain text, which is the verb's main field. A body that
 * begins with a brace is JSON whatever its type says, because {@code curl -d '{...}'} says that it is a form.
 */
final class CallBody {
  private static final ObjectMapper JSON = new ObjectMapper()
      .enable(com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private CallBody() {}

  static ObjectNode parse(Verb verb, @Nullable String contentType, byte[] bytes)
      throws CallRefused {
    String text = utf8(bytes);
    String type =
        contentType == null ? "" : contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (text.isBlank()) {
      return JSON.createObjectNode();
    }
    if (type.equals("text/plain")) {
      return plain(verb, text);
    }
    if (text.stripLeading().startsWith("{") || type.endsWith("json")) {
      return json(text);
    }
    if (type.equals("application/x-www-form-urlencoded")) {
      return form(text);
    }
    throw CallRefused.malformed(
        "Content type '%s' is not read here; send application/json, application/x-www-form-urlencoded or text/plain."
            .formatted(type));
  }

  private static String utf8(byte[] bytes) throws CallRefused {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw CallRefused.malformed("The body is not UTF-8.");
    }
  }

  private static ObjectNode json(String text) throws CallRefused {
    try {
      JsonNode node = JSON.readTree(text);
      if (node instanceof ObjectNode object) {
        return object;
      }
      throw CallRefused.malformed("The body is JSON but not an object; send {\"field\": ...}.");
    } catch (JacksonException e) {
      throw CallRefused.malformed("The body is not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw CallRefused.malformed("The body cannot be read: " + e.getMessage());
    }
  }

  private static ObjectNode plain(Verb verb, String text) throws CallRefused {
    return switch (verb) {
      case HEARTBEAT -> one("note", text);
      case COMMENT -> one("body", text);
      case COMPLETE -> one("summary", text);
      case BLOCK -> one("reason", text);
      case CREATE, LINK ->
        throw CallRefused.malformed(
            "'%s' needs several fields; send a form or JSON.".formatted(verb.wireName()));
    };
  }

  private static ObjectNode one(String field, String text) {
    return JSON.createObjectNode().put(field, text.stripTrailing());
  }

  /** A field that comes twice is a list. */
  private static ObjectNode form(String text) throws CallRefused {
    ObjectNode fields = JSON.createObjectNode();
    for (String pair : text.strip().split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      String[] parts = pair.split("=", 2);
      if (parts.length < 2) {
        throw CallRefused.malformed(
            "'%s' in the form has no value; send field=text.".formatted(shown(pair)));
      }
      String name = decoded(parts[0]);
      String value = decoded(parts[1]);
      JsonNode before = fields.get(name);
      if (before instanceof ArrayNode several) {
        several.add(value);
      } else if (before != null) {
        fields.set(name, JSON.createArrayNode().add(before).add(value));
      } else {
        fields.put(name, value);
      }
    }
    return fields;
  }

  private static String decoded(String text) throws CallRefused {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // A percent sign that curl -d left as it is: take the text literally rather than lose the
      // call.
      if (text.indexOf('%') >= 0) {
        return text.replace('+', ' ');
      }
      throw CallRefused.malformed("The form cannot be decoded: " + e.getMessage());
    }
  }

  private static String shown(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "...";
  }
}
