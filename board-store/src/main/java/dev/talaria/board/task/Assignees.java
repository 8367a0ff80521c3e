package dev.talaria.board.task;

import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.text.HermesText;
import org.jspecify.annotations.Nullable;

/** One spelling per profile (contract 3.2). */
public final class Assignees {
  private Assignees() {}

  /** Null stays null; otherwise stripped and lower-cased, and refused when nothing is left. */
  public static @Nullable String canonical(@Nullable String assignee) {
    if (assignee == null) {
      return null;
    }
    String canonical = HermesText.lower(HermesText.strip(assignee));
    if (canonical.isEmpty()) {
      throw new InvalidRequestException("The assignee is blank; give a profile name, or none.");
    }
    return canonical;
  }
}
