package dev.talaria.protocol.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A board's name on the bus: {@code <host>/<slug>}, for example {@code alpha/default}.
 *
 * @param host the id of the host that holds the file
 * @param slug the board's slug on that host
 */
public record BoardKey(String host, String slug) implements Comparable<BoardKey> {
  public BoardKey {
    Names.check("host id", host, Names.HOST);
    Names.check("board slug", slug, Names.SLUG);
  }

  /** Reads {@code host/slug}; throws {@link IllegalArgumentException} on any other form. */
  @JsonCreator
  public static BoardKey parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException(
          "'%s' is not a board; expected host/slug.".formatted(text));
    }
    return new BoardKey(text.substring(0, slash), text.substring(slash + 1));
  }

  public TaskKey task(String taskId) {
    return new TaskKey(this, taskId);
  }

  @Override
  public int compareTo(BoardKey other) {
    return toString().compareTo(other.toString());
  }

  @Override
  @JsonValue
  public String toString() {
    return host + "/" + slug;
  }
}
