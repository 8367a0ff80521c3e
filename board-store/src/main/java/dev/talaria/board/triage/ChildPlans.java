package dev.talaria.board.triage;

import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.task.Assignees;
import dev.talaria.board.text.HermesText;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Checks a whole division before anything of it is written. */
final class ChildPlans {
  private ChildPlans() {}

  /**
   * @throws InvalidRequestException for a blank title or assignee, a position that is out of range or the child's own,
   *     or children that wait for each other in a circle
   */
  static void check(List<ChildPlan> children) {
    for (int i = 0; i < children.size(); i++) {
      ChildPlan child = children.get(i);
      if (HermesText.isBlank(child.title())) {
        throw new InvalidRequestException("Child %d has no title; give each a title.".formatted(i));
      }
      Assignees.canonical(child.assignee());
      for (int parent : child.parents()) {
        checkParent(i, parent, children.size());
      }
    }
    checkOrder(children);
  }

  private static void checkParent(int child, int parent, int count) {
    if (parent < 0 || parent >= count) {
      throw new InvalidRequestException(
          "Child %d waits for child %d, which is not there; expected 0 to %d."
              .formatted(child, parent, count - 1));
    }
    if (parent == child) {
      throw new InvalidRequestException("Child %d waits for itself.".formatted(child));
    }
  }

  /** Takes away, again and again, what waits for nothing; what is left goes round in a circle. */
  private static void checkOrder(List<ChildPlan> children) {
    int[] waiting = new int[children.size()];
    Deque<Integer> free = new ArrayDeque<>();
    for (int i = 0; i < waiting.length; i++) {
      waiting[i] = (int) children.get(i).parents().stream().distinct().count();
      if (waiting[i] == 0) {
        free.add(i);
      }
    }
    int taken = 0;
    while (!free.isEmpty()) {
      int done = free.remove();
      taken++;
      for (int i = 0; i < waiting.length; i++) {
        if (children.get(i).parents().contains(done) && --waiting[i] == 0) {
          free.add(i);
        }
      }
    }
    if (taken < waiting.length) {
      throw new InvalidRequestException("%d of the %d children wait for each other in a circle."
          .formatted(waiting.length - taken, waiting.length));
    }
  }
}
