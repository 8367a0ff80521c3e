package dev.talaria.board.waiting;

import dev.talaria.board.waiting.Fleet.LauncherFact;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a task needs of the launcher that gets it, beside a slot in its lane.
 *
 * @param requires labels, by key
 * @param workspaceKind {@code scratch}, {@code dir} or {@code worktree}
 * @param workspacePath what the task says of it
 */
record TaskNeeds(
    Map<String, String> requires,
    String workspaceKind,
    @Nullable String workspacePath) {
  static final TaskNeeds NONE = new TaskNeeds(Map.of(), "scratch", null);

  TaskNeeds {
    requires = new TreeMap<>(requires);
  }

  /** Whether the launcher has every label. */
  boolean hasLabels(LauncherFact launcher) {
    return launcher.labels().entrySet().containsAll(requires.entrySet());
  }

  /** Whether it can give a worker the workspace: on another host than the board's only where it announces the place. */
  boolean hasPlace(LauncherFact launcher, String boardHost) {
    List<String> places = launcher.places();
    if (workspaceKind.equals("scratch") || launcher.direct() || launcher.host().equals(boardHost)) {
      return true;
    }
    return workspacePath != null
        && workspacePath.startsWith("/")
        && places != null
        && places.stream().anyMatch(place -> lies(workspacePath, place));
  }

  private static boolean lies(String path, String place) {
    try {
      Path inside = Path.of(path);
      for (Path part : inside) {
        if (part.toString().equals("..")) {
          return false;
        }
      }
      return Path.of(place).isAbsolute()
          && inside.normalize().startsWith(Path.of(place).normalize());
    } catch (InvalidPathException e) {
      return false; // of a host with other names than ours
    }
  }
}
