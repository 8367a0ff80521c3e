package dev.talaria.board.triage;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One of the tasks that a rough idea is divided into.
 *
 * @param parents positions, from 0, of those in the same list that it waits for
 */
public record ChildPlan(
    String title, @Nullable String body, @Nullable String assignee, List<Integer> parents) {
  public ChildPlan {
    parents = List.copyOf(parents);
  }
}
