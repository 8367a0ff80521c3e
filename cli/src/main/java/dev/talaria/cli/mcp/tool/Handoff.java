package dev.talaria.cli.mcp.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.text.HermesText;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The metadata of a completion, with what belongs into it by the contract. */
final class Handoff {
  private Handoff() {}

  /**
   * The metadata with artifacts merged in, each once, and stamped with the worker's session; null when nothing is in it.
   */
  static @Nullable ObjectNode metadata(
      @Nullable ObjectNode given, @Nullable List<String> artifacts, @Nullable String session) {
    ObjectNode metadata = given == null ? BoardJson.object() : given;
    if (artifacts != null && !artifacts.isEmpty()) {
      metadata.set("artifacts", BoardJson.array(merged(metadata.path("artifacts"), artifacts)));
    }
    if (session != null) {
      metadata.put("worker_session_id", session);
    }
    return metadata.isEmpty() ? null : metadata;
  }

  private static Set<String> merged(JsonNode there, List<String> more) {
    Set<String> all = new LinkedHashSet<>();
    if (there.isTextual()) {
      all.add(HermesText.strip(there.asText()));
    }
    there.elements().forEachRemaining(path -> all.add(HermesText.strip(path.asText())));
    all.addAll(more);
    all.remove("");
    return all;
  }
}
