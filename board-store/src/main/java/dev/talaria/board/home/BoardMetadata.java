package dev.talaria.board.home;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.text.HermesText;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code board.json} says (contract 1.4).
 *
 * @param json all of it, unknown keys too, with defaults for what is missing and the slug of its directory
 */
public record BoardMetadata(ObjectNode json) {
  private static final Pattern WORD_BREAK = Pattern.compile("[-_]+");

  /** What the text of a file says; defaults when there is none or it is malformed. */
  static BoardMetadata of(String slug, @Nullable String text) {
    ObjectNode json = BoardJson.object()
        .put("slug", slug)
        .put("name", "")
        .put("description", "")
        .put("icon", "")
        .put("color", "")
        .putNull("default_workdir")
        .putNull("created_at")
        .put("archived", false);
    ObjectNode found = BoardJson.parseObject(text);
    if (found != null) {
      json.setAll(found);
    }
    json.put("slug", slug);
    json.remove("db_path"); // derived, never written
    if (HermesText.isBlank(json.path("name").asText(""))) {
      json.put("name", defaultName(slug));
    }
    return new BoardMetadata(json);
  }

  /** These with the edits applied; the first time they are written is when the board was created. */
  BoardMetadata edited(BoardEdits edits, long now) {
    ObjectNode next = json.deepCopy();
    if (createdAt() == null) {
      next.put("created_at", now);
    }
    String name = edits.name();
    if (name != null) {
      next.put("name", HermesText.isBlank(name) ? defaultName(slug()) : HermesText.strip(name));
    }
    putIfGiven(next, "description", edits.description());
    putIfGiven(next, "icon", edits.icon());
    putIfGiven(next, "color", edits.color());
    String workdir = edits.defaultWorkdir();
    if (workdir != null) {
      next.put("default_workdir", HermesText.stripToNull(workdir));
    }
    return new BoardMetadata(next);
  }

  public String slug() {
    return json.path("slug").asText();
  }

  public String name() {
    return HermesText.strip(json.path("name").asText(""));
  }

  public String description() {
    return json.path("description").asText("");
  }

  public String icon() {
    return json.path("icon").asText("");
  }

  public String color() {
    return json.path("color").asText("");
  }

  /** Where tasks of the kinds {@code dir} and {@code worktree} work unless they say so themselves. */
  public @Nullable String defaultWorkdir() {
    return json.hasNonNull("default_workdir")
        ? HermesText.stripToNull(json.path("default_workdir").asText())
        : null;
  }

  public @Nullable Long createdAt() {
    return json.path("created_at").isNumber() ? json.path("created_at").asLong() : null;
  }

  /** Whether the board is hidden from lists and not dispatched. */
  public boolean archived() {
    return json.path("archived").asBoolean(false);
  }

  private static void putIfGiven(ObjectNode node, String key, @Nullable String value) {
    if (value != null) {
      node.put(key, value);
    }
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
}
