package dev.talaria.board.task;

import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.Tx;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.event.Events;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.text.HermesText;

/** What people and workers say about a task. */
public final class Comments {
  private static final String INSERT =
      "INSERT INTO task_comments (task_id, author, body, created_at) VALUES (?, ?, ?, ?)";

  private Comments() {}

  /**
   * Adds a comment and says its id. The event carries the author and the length (in code points) as they were given.
   *
   * @throws InvalidRequestException for a blank body or author, or an unknown task
   */
  public static long add(Tx tx, String taskId, String author, String body) {
    if (HermesText.isBlank(body)) {
      throw new InvalidRequestException("The comment is blank; write something.");
    }
    if (HermesText.isBlank(author)) {
      throw new InvalidRequestException("The comment's author is blank; say who speaks.");
    }
    if (!Tasks.exists(tx, taskId)) {
      throw new InvalidRequestException(Tasks.unknown(taskId));
    }
    long id = tx.insert(INSERT, taskId, HermesText.strip(author), HermesText.strip(body), tx.now());
    Events.append(
        tx,
        taskId,
        null,
        EventKind.COMMENTED,
        BoardJson.object().put("author", author).put("len", HermesText.length(body)));
    return id;
  }
}
