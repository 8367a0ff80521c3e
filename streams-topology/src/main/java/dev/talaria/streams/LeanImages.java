package dev.talaria.streams;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.protocol.message.Transition.Image;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads of an image only what the topology looks at. Most of a record is the task's texts, and making values of them is
 * most of the work of reading it.
 */
final class LeanImages extends StdDeserializer<Image> {
  private static final long serialVersionUID = 1;

  /** Columns of {@code tasks}; what else a node wants to know is to be added. */
  private static final Set<String> COLUMNS = Set.of("status", "assignee");

  LeanImages() {
    super(Image.class);
  }

  @Override
  public Image deserialize(JsonParser in, DeserializationContext context) throws IOException {
    if (in.currentToken() != JsonToken.START_OBJECT) {
      return context.reportInputMismatch(this, "an image is an object, and this is not");
    }
    ObjectNode task = null;
    JsonNode parents = null;
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String field = in.currentName();
      in.nextToken();
      switch (field) {
        case "task" -> task = columns(in, context);
        case "parents" -> parents = context.readTree(in);
        default -> in.skipChildren();
      }
    }
    if (task == null || parents == null || parents.isNull()) {
      return context.reportInputMismatch(this, "an image has a task and parents, and this has not");
    }
    return new Image(task, null, parents, null);
  }

  private static @Nullable ObjectNode columns(JsonParser in, DeserializationContext context)
      throws IOException {
    if (in.currentToken() != JsonToken.START_OBJECT) {
      return null;
    }
    ObjectNode columns = context.getNodeFactory().objectNode();
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String column = in.currentName();
      in.nextToken();
      if (COLUMNS.contains(column)) {
        columns.set(column, context.readTree(in));
      } else {
        in.skipChildren();
      }
    }
    return columns;
  }
}
