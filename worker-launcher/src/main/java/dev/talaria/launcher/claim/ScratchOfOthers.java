package dev.talaria.launcher.claim;

import dev.talaria.launcher.lane.Workspaces;
import dev.talaria.launcher.process.SpawnFailure;
import dev.talaria.launcher.rundir.RunDirectories;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.RunKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Scratch workspaces for tasks of other hosts' boards. One is kept for the task's next attempt here as long as a run
 * directory of the task is kept; then it goes, for nobody else knows of it. Thread-safe.
 */
public final class ScratchOfOthers {
  private static final String DOOMED = ".removed-";

  private final Workspaces workspaces;
  private final RunDirectories runs;

  public ScratchOfOthers(Workspaces workspaces, RunDirectories runs) {
    this.workspaces = workspaces;
    this.runs = runs;
  }

  /** Makes a run's workspace; its run directory is there already. */
  synchronized Path make(RunKey run) throws SpawnFailure {
    return workspaces.scratchOfOthers(run.board(), run.taskId());
  }

  Path root(BoardKey board) {
    return workspaces.rootOfOthers(board);
  }

  /**
   * Removes what no run directory is left for.
   *
   * @return how many were removed
   */
  public int collect() throws IOException {
    int removed = 0;
    Set<Path> used = inUse();
    for (Path host : entries(workspaces.rootOfOthers())) {
      for (Path board : entries(host)) {
        for (Path workspace : entries(board)) {
          if (!used.contains(workspace)) {
            removed += remove(workspace) ? 1 : 0;
          }
        }
      }
    }
    return removed;
  }

  /** Under a new name first, so that a run which begins meanwhile gets a workspace of its own. */
  private boolean remove(Path workspace) throws IOException {
    Path doomed = workspace;
    if (!String.valueOf(workspace.getFileName()).startsWith(DOOMED)) {
      synchronized (this) {
        if (inUse().contains(workspace)) {
          return false;
        }
        doomed = Files.move(workspace, workspace.resolveSibling(DOOMED + workspace.getFileName()));
      }
    }
    return workspaces.removeScratch(doomed);
  }

  private Set<Path> inUse() throws IOException {
    Set<Path> used = new HashSet<>();
    runs.list().forEach(directory -> {
      RunKey run = directory.run();
      used.add(workspaces.rootOfOthers(run.board()).resolve(run.taskId()));
    });
    return used;
  }

  private static List<Path> entries(Path directory) throws IOException {
    List<Path> entries = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (Stream<Path> found = Files.list(directory)) {
        found.sorted().forEach(entries::add);
      }
    }
    return entries;
  }
}
