package dev.talaria.cli.verify;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.text.BoardJson;

/**
 * Something in which two sides do not agree about a task.
 *
 * @param what in one word, for programs
 * @param text in a sentence
 */
record Difference(String task, String what, String text) {
  ObjectNode json() {
    return BoardJson.object().put("task", task).put("what", what).put("text", text);
  }
}
