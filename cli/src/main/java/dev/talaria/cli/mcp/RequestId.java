package dev.talaria.cli.mcp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import java.io.IOException;

/** Finds the id of a request that cannot be read as a whole, so that its sender does not wait for ever. */
final class RequestId {
  private static final JsonFactory ANY_DEPTH = JsonFactory.builder()
      .streamReadConstraints(StreamReadConstraints.builder()
          .maxNestingDepth(Integer.MAX_VALUE)
          .maxStringLength(Integer.MAX_VALUE)
          .maxNumberLength(Integer.MAX_VALUE)
          .build())
      .build();

  private RequestId() {}

  /** The id, as far as the line can be read; JSON null when there is none. */
  static JsonNode in(String line) {
    try (JsonParser parser = ANY_DEPTH.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return NullNode.getInstance();
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean isId = parser.currentName().equals("id");
        JsonToken value = parser.nextToken();
        if (isId && value == JsonToken.VALUE_STRING) {
          return JsonNodeFactory.instance.textNode(parser.getText());
        }
        if (isId && value == JsonToken.VALUE_NUMBER_INT) {
          return JsonNodeFactory.instance.numberNode(parser.getBigIntegerValue());
        }
        parser.skipChildren();
      }
    } catch (IOException e) {
      return NullNode.getInstance(); // it is not JSON up to where the id may stand
    }
    return NullNode.getInstance();
  }
}
