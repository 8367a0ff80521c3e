package dev.talaria.board.gc;

import dev.talaria.board.Board;
import dev.talaria.board.home.BoardLocation;
import dev.talaria.board.home.ScratchRemoval;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Throws away what a board no longer needs, and says what. It takes small steps, each a transaction of its own, and
 * touches no file inside one, so that the board stays free for others.
 */
public final class GarbageCollection {
  private static final int STEP = 1_000;

  /** {@code <task>.log}, and what log rotation made of it. */
  private static final Pattern LOG = Pattern.compile("(.+)\\.log(?:\\.\\d+)?");

  private static final String RUNNING =
      "SELECT 1 AS n FROM tasks WHERE id = ? AND status = 'running'";

  private final Board board;
  private final BoardLocation place;
  private final ScratchRemoval removal;
  private final LiveProcesses processes;
  private final Listener listener;
  private final boolean dryRun;

  /** What is told as it happens. */
  public interface Listener {
    /** A workspace or a log is gone, or would be. */
    void removed(Path path);

    /** A workspace or a log stays; why, as the end of a sentence. */
    void kept(Path path, String why);
  }

  /**
   * @param dryRun only says what would go
   */
  public GarbageCollection(
      Board board,
      BoardLocation place,
      ScratchRemoval removal,
      LiveProcesses processes,
      Listener listener,
      boolean dryRun) {
    this.board = board;
    this.place = place;
    this.removal = removal;
    this.processes = processes;
    this.listener = listener;
    this.dryRun = dryRun;
  }

  /** Removes scratch workspaces of archived tasks; says how many. */
  public int workspaces() {
    int removed = 0;
    long last = Long.MIN_VALUE;
    while (true) {
      long after = last;
      List<ArchivedWorkspace> step = board.read(tx -> ArchivedWorkspace.after(tx, after, STEP));
      if (step.isEmpty()) {
        return removed;
      }
      for (ArchivedWorkspace workspace : step) {
        removed += remove(workspace) ? 1 : 0;
      }
      last = step.get(step.size() - 1).rowid();
    }
  }

  private boolean remove(ArchivedWorkspace workspace) {
    Path path = pathOf(workspace);
    if (path == null) {
      return false;
    }
    try {
      ScratchRemoval.Outcome outcome = removal.look(path);
      if (outcome == ScratchRemoval.Outcome.REFUSED) {
        listener.kept(path, "it does not lie inside a workspaces root of this host");
        return false;
      }
      if (outcome == ScratchRemoval.Outcome.ABSENT) {
        return false;
      }
      Long pid = workspace.pid();
      if (workspace.launched() || pid != null && processes.lives(pid, workspace.spawnedAt())) {
        listener.kept(
            path, "the worker of task '%s' may still be in it".formatted(workspace.taskId()));
        return false;
      }
      if (!dryRun) {
        removal.remove(path);
      }
      listener.removed(path);
      return true;
    } catch (UncheckedIOException e) {
      listener.kept(path, "it could not be removed (%s)".formatted(e.getCause()));
      return false;
    }
  }

  private @Nullable Path pathOf(ArchivedWorkspace workspace) {
    String path = workspace.path();
    try {
      if (path == null || path.isBlank()) {
        return place.workspaces().resolve(workspace.taskId());
      }
      Path given = Path.of(path);
      return given.isAbsolute() ? given : null;
    } catch (InvalidPathException e) {
      return null; // no file system has it
    }
  }

  /** Deletes events that are older than that and may go; says how many. */
  public long events(Instant olderThan) {
    long cutoff = olderThan.getEpochSecond();
    long removed = 0;
    long last = 0;
    while (true) {
      long after = last;
      List<Long> step = board.read(tx -> EventGc.collectable(tx, after, cutoff, STEP));
      if (step.isEmpty()) {
        return removed;
      }
      long first = step.get(0);
      long end = step.get(step.size() - 1);
      removed += dryRun ? step.size() : board.write(tx -> EventGc.collect(tx, first, end, cutoff));
      last = end;
    }
  }

  /** Deletes workers' logs that nobody has written to since then; says how many. */
  public int logs(Instant olderThan) {
    if (!Files.isDirectory(place.logs())) {
      return 0;
    }
    try (Stream<Path> files = Files.list(place.logs())) {
      return (int) files
          .filter(file -> isOldLog(file, olderThan))
          .filter(this::removeLog)
          .count();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list the logs in '%s'.".formatted(place.logs()), e);
    }
  }

  private boolean isOldLog(Path file, Instant olderThan) {
    try {
      return LOG.matcher(String.valueOf(file.getFileName())).matches()
          && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
          && Files.getLastModifiedTime(file).toInstant().isBefore(olderThan);
    } catch (IOException e) {
      return false; // another process was faster
    }
  }

  private boolean removeLog(Path file) {
    var name = LOG.matcher(String.valueOf(file.getFileName()));
    if (name.matches() && board.read(tx -> tx.exists(RUNNING, name.group(1)))) {
      listener.kept(file, "task '%s' is running".formatted(name.group(1)));
      return false;
    }
    try {
      if (!dryRun) {
        Files.deleteIfExists(file);
      }
      listener.removed(file);
      return true;
    } catch (IOException e) {
      listener.kept(file, "it could not be removed (%s)".formatted(e));
      return false;
    }
  }
}
