package dev.talaria.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.text.BoardJson;
import dev.talaria.cli.CliFailure;
import dev.talaria.protocol.message.Transition;
import org.jspecify.annotations.Nullable;

/** Events of boards of other hosts, as the rows that they were made of. */
final class PublishedEvents {
  private PublishedEvents() {}

  static EventRow row(Transition event) {
    return new EventRow(
        event.event(), event.task(), event.run(), event.kind(), text(event.payload()), event.at());
  }

  /** Reads what {@link dev.talaria.cli.text.Shapes#event} wrote. */
  static EventRow ofJson(String line) {
    ObjectNode event = BoardJson.parseObject(line);
    if (event == null) {
      throw CliFailure.failed(
          "The board's host answered with something else than events: its Talaria is of another version.");
    }
    JsonNode run = event.path("run_id");
    return new EventRow(
        event.path("id").asLong(),
        event.path("task_id").asText(),
        run.isNumber() ? run.asLong() : null,
        event.path("kind").asText(),
        text(event.path("payload")),
        event.path("created_at").asLong());
  }

  private static @Nullable String text(@Nullable JsonNode payload) {
    return payload instanceof ObjectNode object ? object.toString() : null;
  }
}
