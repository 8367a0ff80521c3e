package dev.talaria.launcher.lane;

import dev.talaria.board.home.BoardHome;
import dev.talaria.board.home.ScratchRemoval;
import dev.talaria.launcher.process.SpawnFailure;
import dev.talaria.protocol.id.BoardKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where workers work (contract 5.3), made here for every kind, and the removal of scratch workspaces (5.4): only what lies strictly inside a managed
 * root, by real paths, is ever removed.
 */
public final class Workspaces {
  private static final Logger log = LoggerFactory.getLogger(Workspaces.class);

  private final Path hermesRoot;
  private final Path userHome;
  private final @Nullable Path pinnedRoot;
  private final BoardWorkdirs defaultWorkdirs;
  private final Worktrees worktrees = new Worktrees();

  /** What boards say about where their tasks work. */
  @FunctionalInterface
  public interface BoardWorkdirs {
    /** The default workdir of the board of this name on this host; null when it has none. */
    @Nullable
    String apply(String slug);
  }

  /**
   * @param hermesRoot hermes's shared root
   * @param userHome what {@code ~} stands for
   * @param pinnedRoot {@code HERMES_KANBAN_WORKSPACES_ROOT}, or null
   * @param defaultWorkdirs of boards, for tasks of kind {@code dir} and {@code worktree} without a path
   */
  public Workspaces(
      Path hermesRoot, Path userHome, @Nullable Path pinnedRoot, BoardWorkdirs defaultWorkdirs) {
    this.hermesRoot = hermesRoot;
    this.userHome = userHome;
    this.pinnedRoot = pinnedRoot;
    this.defaultWorkdirs = defaultWorkdirs;
  }

  /** hermes's shared root on this host. */
  public Path hermesRoot() {
    return hermesRoot;
  }

  /** Where a board's scratch workspaces are made. */
  public Path root(String board) {
    if (pinnedRoot != null) {
      return pinnedRoot;
    }
    return board.equals("default")
        ? hermesRoot.resolve("kanban/workspaces")
        : hermesRoot.resolve("kanban/boards").resolve(board).resolve("workspaces");
  }

  /** Where scratch workspaces of all boards of other hosts are made; below it a directory per host, and in it per board. */
  public Path rootOfOthers() {
    return hermesRoot.resolve("talaria/workspaces");
  }

  /** Where scratch workspaces of a board of another host are made: apart from those of a board here of the same name. */
  public Path rootOfOthers(BoardKey board) {
    return rootOfOthers().resolve(board.host()).resolve(board.slug());
  }

  /** Makes the scratch workspace of a task of another host's board. */
  public Path scratchOfOthers(BoardKey board, String taskId) throws SpawnFailure {
    return scratch(rootOfOthers(board), taskId);
  }

  /**
   * A task's wish.
   *
   * @param kind {@code scratch}, {@code dir} or {@code worktree}
   * @param path what the task says, or null
   * @param branch of a worktree, or null
   */
  public record Wanted(
      String kind,
      @Nullable String path,
      String board,
      String taskId,
      @Nullable String branch) {}

  /**
   * Resolves a task's workspace and makes it: an absolute path, existing. A path that is wanted and missing, relative or
   * leads upwards is the task's fault; what git or the disk refuses is this host's.
   */
  public Path resolve(Wanted wanted) throws SpawnFailure {
    String path = wanted.path();
    String given = path == null || path.isBlank() ? null : path;
    switch (wanted.kind()) {
      case "scratch" -> {
        return given == null
            ? scratch(root(wanted.board()), wanted.taskId())
            : made(withoutLink(absolute("scratch", given, false)));
      }
      case "dir" -> {
        return made(placed(wanted, given));
      }
      case "worktree" -> {
        Path elsewhere = given == null ? null : boardsOwn(wanted.board());
        return worktrees.of(placed(wanted, given), wanted.taskId(), wanted.branch(), elsewhere);
      }
      default ->
        throw SpawnFailure.ofTask(
            "Cannot start the worker: '%s' is not a kind of workspace; known are scratch, dir, worktree."
                .formatted(wanted.kind()));
    }
  }

  /** What the task says, else the board's default: never where some process happens to stand (contract Q23). */
  private Path placed(Wanted wanted, @Nullable String given) throws SpawnFailure {
    Path path = given == null ? boardsOwn(wanted.board()) : absolute(wanted.kind(), given, true);
    if (path == null) {
      throw SpawnFailure.ofTask(
          "Cannot start the worker: a '%s' workspace needs a path, and board '%s' has no default workdir. Give the task a path, or set one with 'talaria boards set-default-workdir'."
              .formatted(wanted.kind(), wanted.board()));
    }
    return path;
  }

  private @Nullable Path boardsOwn(String board) throws SpawnFailure {
    String workdir = defaultWorkdirs.apply(board);
    return workdir == null || workdir.isBlank() ? null : absolute("board's default", workdir, true);
  }

  private static Path scratch(Path root, String taskId) throws SpawnFailure {
    Path made = made(withoutLink(inside(root, taskId)));
    try {
      // the root itself may be reached through links; what is made in it may not leave it
      if (!made.toRealPath().startsWith(root.toRealPath())) {
        throw SpawnFailure.ofHost(
            "Cannot use workspace '%s': it leads out of '%s'.".formatted(made, root));
      }
      return made;
    } catch (IOException e) {
      throw SpawnFailure.ofHost("Cannot use workspace '%s': %s".formatted(made, e.getMessage()), e);
    }
  }

  private static Path withoutLink(Path path) throws SpawnFailure {
    if (Files.isSymbolicLink(path)) {
      throw SpawnFailure.ofHost(
          "Cannot use workspace '%s': it is a symbolic link, which a scratch workspace never is. Remove the link."
              .formatted(path));
    }
    return path;
  }

  private static Path inside(Path root, String taskId) throws SpawnFailure {
    Path resolved = root.resolve(taskId).normalize();
    if (!root.normalize().equals(resolved.getParent())) {
      throw SpawnFailure.ofTask(
          "Cannot start the worker: task id '%s' cannot name a directory.".formatted(taskId));
    }
    return resolved;
  }

  private Path absolute(String kind, String given, boolean expandHome) throws SpawnFailure {
    try {
      boolean home = expandHome && (given.equals("~") || given.startsWith("~/"));
      Path path =
          home ? userHome.resolve(given.substring(Math.min(2, given.length()))) : Path.of(given);
      if (!path.isAbsolute()) {
        throw SpawnFailure.ofTask(
            "Cannot start the worker: %s workspace '%s' is relative; give an absolute path."
                .formatted(kind, given));
      }
      for (Path part : path) {
        if (part.toString().equals("..")) {
          throw SpawnFailure.ofTask(
              "Cannot start the worker: %s workspace '%s' leads upwards; give a path without '..'."
                  .formatted(kind, given));
        }
      }
      return path.normalize();
    } catch (InvalidPathException e) {
      throw SpawnFailure.ofTask(
          "Cannot start the worker: workspace '%s' is not a path.".formatted(given));
    }
  }

  private static Path made(Path directory) throws SpawnFailure {
    try {
      return Files.createDirectories(directory);
    } catch (IOException e) {
      throw SpawnFailure.ofHost(
          "Cannot make workspace '%s': %s".formatted(directory, e.getMessage()), e);
    }
  }

  /**
   * Removes a scratch workspace.
   *
   * @return whether it is gone; false, with a warning, when it lies outside every managed root or could not be removed
   */
  public boolean removeScratch(Path workspace) {
    try {
      if (removal().remove(workspace) != ScratchRemoval.Outcome.REFUSED) {
        return true;
      }
      log.warn("Kept workspace {}: it is not inside a workspaces root of this host.", workspace);
    } catch (UncheckedIOException e) {
      log.warn("{} {}", e.getMessage(), String.valueOf(e.getCause()));
    }
    return false;
  }

  private ScratchRemoval removal() {
    Map<String, String> environment = new HashMap<>();
    environment.put("HERMES_KANBAN_HOME", hermesRoot.toString());
    if (pinnedRoot != null) {
      environment.put("HERMES_KANBAN_WORKSPACES_ROOT", pinnedRoot.toString());
    }
    return ScratchRemoval.of(BoardHome.of(environment, userHome));
  }
}
