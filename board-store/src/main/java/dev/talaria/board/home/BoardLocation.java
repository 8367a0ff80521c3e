package dev.talaria.board.home;

import java.nio.file.Path;

/**
 * Where one board's things are.
 *
 * @param slug the board's name; for a file pinned by path, the name that it was asked for under
 * @param database the SQLite file
 * @param workspaces root of its scratch workspaces
 * @param logs its workers' logs
 */
public record BoardLocation(String slug, Path database, Path workspaces, Path logs) {
  /** A worker's log. */
  public Path log(String taskId) {
    return logs.resolve(taskId + ".log");
  }
}
