package dev.talaria.board.home;

import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.task.Task;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the tasks of one board are worked on (contract 5.3). Finds paths and makes none of them. */
public final class TaskWorkspaces {
  private final Path scratchRoot;
  private final Path userHome;
  private final @Nullable String defaultWorkdir;

  /**
   * @param defaultWorkdir the board's, below which a worktree that names no path lies
   */
  public TaskWorkspaces(BoardLocation location, Path userHome, @Nullable String defaultWorkdir) {
    this.scratchRoot = location.workspaces();
    this.userHome = userHome;
    this.defaultWorkdir = defaultWorkdir;
  }

  /**
   * The task's workspace, absolute.
   *
   * @throws InvalidRequestException when the task says none where it must, or one that is not absolute
   */
  public Path of(Task task) {
    String given = task.workspacePath();
    boolean named = given != null && !given.isBlank();
    return switch (task.workspaceKind()) {
      case "scratch" -> named ? absolute(task, String.valueOf(given)) : scratch(task);
      case "dir" -> {
        if (!named) {
          throw refused(task, "a 'dir' workspace needs a path, and the board has no default");
        }
        yield absolute(task, expanded(String.valueOf(given)));
      }
      case "worktree" -> named ? absolute(task, expanded(String.valueOf(given))) : worktree(task);
      default ->
        throw refused(
            task,
            "'%s' is not a kind of workspace; known are scratch, dir and worktree"
                .formatted(task.workspaceKind()));
    };
  }

  private Path scratch(Task task) {
    Path root = scratchRoot.toAbsolutePath().normalize();
    Path inside = root.resolve(path(task, task.id())).normalize();
    if (!root.equals(inside.getParent())) {
      throw refused(task, "its id cannot name a directory");
    }
    return inside;
  }

  private Path worktree(Task task) {
    if (defaultWorkdir == null) {
      throw refused(task, "a worktree needs a path, or the board a default directory");
    }
    return absolute(task, expanded(defaultWorkdir))
        .resolve(".worktrees")
        .resolve(path(task, task.id()));
  }

  private String expanded(String path) {
    boolean home = path.equals("~") || path.startsWith("~/");
    return home ? userHome + path.substring(1) : path;
  }

  private static Path absolute(Task task, String given) {
    Path path = path(task, given);
    if (!path.isAbsolute()) {
      throw refused(task, "'%s' is relative; give an absolute path".formatted(given));
    }
    return path.normalize();
  }

  private static Path path(Task task, String given) {
    try {
      return Path.of(given);
    } catch (InvalidPathException e) {
      throw refused(task, "'%s' is not a path".formatted(given));
    }
  }

  private static InvalidRequestException refused(Task task, String why) {
    return new InvalidRequestException("Task '%s' has no workspace: %s.".formatted(task.id(), why));
  }
}
