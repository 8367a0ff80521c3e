package dev.talaria.board.transition;

import dev.talaria.board.Tx;
import dev.talaria.board.text.HermesText;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether the cards that a completion speaks of exist and are the worker's (contract 7.2, 7.3). */
record CreatedCards(List<String> verified, List<String> phantoms) {
  private static final String IS_OWN = """
      SELECT 1 AS n
        FROM tasks card
        JOIN tasks t ON t.id = ?
       WHERE card.id = ?
         AND (card.created_by = t.id
              OR (t.assignee <> '' AND card.created_by = t.assignee)
              OR EXISTS (SELECT 1 FROM task_links l WHERE l.parent_id = t.id AND l.child_id = card.id))
      """;
  private static final String EXISTS = "SELECT 1 AS n FROM tasks WHERE id = ?";
  // \b is ASCII-only from Java 19 on; hermes's word characters are all letters and digits
  private static final Pattern TASK_ID =
      Pattern.compile("(?<![\\p{L}\\p{N}_])t_[0-9a-f]{8,}(?![\\p{L}\\p{N}_])");

  static CreatedCards check(Tx tx, String taskId, List<String> claimed) {
    List<String> verified = new ArrayList<>();
    List<String> phantoms = new ArrayList<>();
    for (String card : normalised(claimed)) {
      (tx.exists(IS_OWN, taskId, card) ? verified : phantoms).add(card);
    }
    return new CreatedCards(verified, phantoms);
  }

  /** Ids that the text names although no such task exists. */
  static List<String> unknownReferences(Tx tx, String text, List<String> verified) {
    Set<String> unknown = new LinkedHashSet<>();
    Matcher matcher = TASK_ID.matcher(text);
    while (matcher.find()) {
      String id = matcher.group();
      if (!verified.contains(id) && !tx.exists(EXISTS, id)) {
        unknown.add(id);
      }
    }
    return List.copyOf(unknown);
  }

  private static Set<String> normalised(List<String> claimed) {
    Set<String> ids = new LinkedHashSet<>();
    for (String card : claimed) {
      String id = HermesText.strip(card);
      if (!id.isEmpty()) {
        ids.add(id);
      }
    }
    return ids;
  }
}
