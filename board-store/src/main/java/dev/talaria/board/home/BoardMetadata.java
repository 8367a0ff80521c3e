package dev.talaria.board.home;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.text.BoardJson;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What {@code board.json} says (contract 1.4). Unknown keys are not shown here, and kept when it is written. */
public record BoardMetadata(
    String slug,
    String name,
    String description,
    String icon,
    @Nullable String color,
    @Nullable String defaultWorkdir,
    @Nullable Long createdAt,
    boolean archived) {
  private static final Pattern WORD_BREAK = Pattern.compile("[-_]+");

  static BoardMetadata of(String slug, @Nullable String json) {
    ObjectNode node = BoardJson.parseObject(json);
    ObjectNode found = node == null ? BoardJson.object() : node;
    String name = found.path("name").asText("").strip();
    return new BoardMetadata(
        slug,
        name.isEmpty() ? defaultName(slug) : name,
        found.path("description").asText(""),
        found.path("icon").asText(""),
        textOrNull(found, "color"),
        textOrNull(found, "default_workdir"),
        found.path("created_at").isNumber() ? found.path("created_at").asLong() : null,
        found.path("archived").asBoolean(false));
  }

  private static String defaultName(String slug) {
    StringBuilder name = new StringBuilder();
    for (String word : WORD_BREAK.split(slug, -1)) {
      if (!word.isEmpty()) {
        name.append(name.isEmpty() ? "" : " ")
            .append(word.substring(0, 1).toUpperCase(Locale.ROOT))
            .append(word.substring(1));
      }
    }
    return name.toString();
  }

  private static @Nullable String textOrNull(ObjectNode node, String key) {
    String text = node.path(key).asText("");
    return text.isEmpty() || !node.hasNonNull(key) ? null : text;
  }
}
