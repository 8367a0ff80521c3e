package dev.talaria.dispatcher;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.Reply.BoardPlace;
import java.nio.file.Path;

/**
 * A board that this host dispatches.
 *
 * @param key its name on the bus
 * @param db its file
 * @param root hermes's root directory
 * @param workspaces where scratch workspaces of this board are made
 * @param logs where workers' logs of this board are kept
 * @param grants whether runs may be granted; otherwise the board is only watched and published
 */
public record BoardFile(
    BoardKey key, Path db, Path root, Path workspaces, Path logs, boolean grants) {
  /** The directory that holds the file and its WAL. */
  public Path directory() {
    return java.util.Objects.requireNonNull(
        db.toAbsolutePath().getParent(), "a file has a directory");
  }

  /** The board's place as a grant tells it. */
  public BoardPlace placeOf(String taskId) {
    return new BoardPlace(
        key.host(),
        root.toString(),
        db.toString(),
        key.slug(),
        workspaces.toString(),
        logs.resolve(taskId + ".log").toString());
  }
}
