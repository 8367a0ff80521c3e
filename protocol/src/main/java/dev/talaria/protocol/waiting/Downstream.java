package dev.talaria.protocol.waiting;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * The tasks that wait below some tasks: those in {@code todo} that links reach, directly or through others. The way leads
 * only through tasks that themselves wait ({@link #passesOn}): what is ready, running or in review goes on whatever
 * happens above it, and what is done or archived holds nothing back.
 *
 * @param waiting the tasks found, nearest first; the starting ones are never among them
 * @param depth how many links the farthest of them is away, by the shortest way; 0 when none waits
 * @param visited how many tasks were looked at
 * @param more whether the walk ended at its bound, so that there may be more and deeper ones
 */
public record Downstream(List<Waiting> waiting, int depth, int visited, boolean more) {
  private static final String WAITS = "todo";
  private static final Set<String> PASSES_ON = Set.of(WAITS, "blocked", "scheduled", "triage");

  public Downstream {
    waiting = List.copyOf(waiting);
  }

  /** A task in a status, as the end of a link. */
  public record Waiting(String task, String status) {}

  private record Step(String task, int depth) {}

  /** Whether a task in this status holds back what is below it for as long as something above holds it. */
  public static boolean passesOn(String status) {
    return PASSES_ON.contains(status);
  }

  /**
   * Walks down by breadth; cycles, which a damaged board may have, do no harm.
   *
   * @param children of a task, at least those that {@link #passesOn pass on}
   * @param most how many tasks are looked at before the walk ends
   */
  public static Downstream of(
      Collection<String> starts,
      Function<String, ? extends Collection<Waiting>> children,
      int most) {
    Set<String> seen = new HashSet<>(starts);
    Deque<Step> open = new ArrayDeque<>();
    starts.forEach(start -> open.add(new Step(start, 0)));
    List<Waiting> waiting = new ArrayList<>();
    int depth = 0;
    int visited = 0;
    while (!open.isEmpty()) {
      Step at = open.remove();
      for (Waiting child : children.apply(at.task())) {
        if (!passesOn(child.status()) || !seen.add(child.task())) {
          continue;
        }
        if (visited == most) {
          return new Downstream(waiting, depth, visited, true);
        }
        visited++;
        open.add(new Step(child.task(), at.depth() + 1));
        if (child.status().equals(WAITS)) {
          waiting.add(child);
          depth = at.depth() + 1;
        }
      }
    }
    return new Downstream(waiting, depth, visited, false);
  }
}
