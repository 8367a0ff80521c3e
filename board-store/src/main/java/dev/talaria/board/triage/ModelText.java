package dev.talaria.board.triage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.text.HermesText;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reading what a model wrote. */
final class ModelText {
  private static final Pattern FENCE = Pattern.compile("(?m)^[ \\t]*```[A-Za-z0-9_-]*[ \\t]*$");
  // colours of command line tools, and what else would steer a terminal
  private static final Pattern CONTROL =
      Pattern.compile("\\x1b\\[[0-9;?]*[ -/]*[@-~]|[\\p{Cntrl}&&[^\\n\\t]]");

  private ModelText() {}

  /** The JSON object from the first brace to the last; empty when that is none. */
  static Optional<ObjectNode> object(String text) {
    String unfenced = FENCE.matcher(text).replaceAll("");
    int first = unfenced.indexOf('{');
    int last = unfenced.lastIndexOf('}');
    return first < 0 || last < first
        ? Optional.empty()
        : Optional.ofNullable(BoardJson.parseObject(unfenced.substring(first, last + 1)));
  }

  /** The answer as text, without fences and control characters. */
  static String plain(String text) {
    return clean(FENCE.matcher(text).replaceAll(""));
  }

  /** A field that is a text and not blank. */
  static @Nullable String field(JsonNode node, String name) {
    return node.path(name).isTextual()
        ? HermesText.stripToNull(clean(node.path(name).asText()))
        : null;
  }

  /** A field for a title: one line, cut. */
  static @Nullable String title(JsonNode node, int limit) {
    return HermesText.firstLine(field(node, "title"), limit);
  }

  private static String clean(String text) {
    return HermesText.strip(CONTROL.matcher(text).replaceAll(""));
  }
}
