package dev.talaria.launcher.lane;

import dev.talaria.board.home.BoardHome;
import dev.talaria.board.home.ScratchRemoval;
import dev.talaria.launcher.process.SpawnFailure;
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
 * Where workers work (contract 5.3), and the removal of scratch workspaces (5.4): only what lies strictly inside a managed
 * root, by real paths, is ever removed.
 */
public final class Workspaces {
  private static final Logger log = LoggerFactory.getLogger(Workspaces.class);

  private final Path hermesRoot;
  private final Path userHome;
  private final @Nullable Path pinnedRoot;

  /**
   * @param hermesRoot hermes's shared root
   * @param userHome what {@code ~} stands for
   * @param pinnedRoot {@code HERMES_KANBAN_WORKSPACES_ROOT}, or null
   */
  public Workspaces(Path hermesRoot, Path userHome, @Nullable Path pinnedRoot) {
    this.hermesRoot = hermesRoot;
    this.userHome = userHome;
    this.pinnedRoot = pinnedRoot;
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

  /**
   * Resolves a task's workspace and makes it where the contract says so.
   *
   * @param kind {@code scratch}, {@code dir} or {@code worktree}
   * @param path what the task says, or null
   * @param worktreeBase below which {@code .worktrees/<task>} lies when a worktree names no path
   */
  public Path resolve(
      String kind, @Nullable String path, String board, String taskId, Path worktreeBase)
      throws SpawnFailure {
    String given = path == null || path.isBlank() ? null : path;
    switch (kind) {
      case "scratch" -> {
        return made(given == null ? inside(root(board), taskId) : absolute(kind, given, false));
      }
      case "dir" -> {
        if (given == null) {
          throw SpawnFailure.ofTask("Cannot start the worker: a 'dir' workspace needs a path.");
        }
        return made(absolute(kind, given, true));
      }
      case "worktree" -> {
        // The worker adds the worktree itself; until then it works beside it.
        return given == null
            ? worktreeBase.toAbsolutePath().resolve(".worktrees").resolve(taskId)
            : absolute(kind, given, true);
      }
      default ->
        throw SpawnFailure.ofTask(
            "Cannot start the worker: '%s' is not a kind of workspace; known are scratch, dir, worktree."
                .formatted(kind));
    }
  }

  /** The directory to start in: the workspace, or its nearest existing parent for a worktree that is yet to be added. */
  public static Path startingDirectory(Path workspace) {
    Path directory = workspace;
    while (!Files.isDirectory(directory) && directory.getParent() != null) {
      directory = directory.getParent();
    }
    return directory;
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
      return path;
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
