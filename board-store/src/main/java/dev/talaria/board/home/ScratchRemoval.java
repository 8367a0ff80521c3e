package dev.talaria.board.home;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Removes scratch workspaces (contract 5.4): only what lies strictly inside a managed root, by real paths, and holds no
 * such root itself. Anything else is left alone, whatever a board says about it.
 */
public final class ScratchRemoval {
  private final List<Path> roots;

  /** What became of a workspace, or would. */
  public enum Outcome {
    /** It is gone, or would be. */
    REMOVED,
    /** There was none. */
    ABSENT,
    /** It does not lie inside a managed root. */
    REFUSED
  }

  /**
   * @param roots the directories that workspaces are made in; a root that does not exist is passed over
   */
  public ScratchRemoval(Collection<Path> roots) {
    this.roots = List.copyOf(roots);
  }

  /** For all workspaces of a home. */
  public static ScratchRemoval of(BoardHome home) {
    return new ScratchRemoval(home.workspaceRoots());
  }

  /** What {@link #remove} would do. */
  public Outcome look(Path workspace) {
    try {
      if (!Files.exists(workspace, LinkOption.NOFOLLOW_LINKS)) {
        return Outcome.ABSENT;
      }
      return mayRemove(workspace) ? Outcome.REMOVED : Outcome.REFUSED;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot look at workspace '%s'.".formatted(workspace), e);
    }
  }

  /**
   * Removes a workspace with all that is in it; of a link inside it the link goes, what it points to stays.
   *
   * @throws UncheckedIOException when something in it could not be removed; the rest of it is kept
   */
  public Outcome remove(Path workspace) {
    Outcome outcome = look(workspace);
    if (outcome == Outcome.REMOVED) {
      try {
        delete(workspace.toRealPath());
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot remove workspace '%s'.".formatted(workspace), e);
      }
    }
    return outcome;
  }

  private boolean mayRemove(Path workspace) throws IOException {
    // a link in a root's place of a workspace could lead to another task's
    if (Files.isSymbolicLink(workspace) || !Files.isDirectory(workspace)) {
      return false;
    }
    Path real = workspace.toRealPath();
    boolean inside = false;
    for (Path root : realRoots()) {
      if (root.startsWith(real)) {
        return false; // a root itself, or what holds one
      }
      inside |= real.startsWith(root);
    }
    return inside;
  }

  private List<Path> realRoots() throws IOException {
    List<Path> real = new ArrayList<>();
    for (Path root : roots) {
      if (Files.isDirectory(root)) {
        real.add(root.toRealPath());
      }
    }
    return real;
  }

  /** Removes a directory tree without following links. */
  static void delete(Path directory) throws IOException {
    Files.walkFileTree(directory, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
        if (!Files.isWritable(dir)) {
          dir.toFile().setWritable(true, true); // some tools keep their caches read-only
        }
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
          throws IOException {
        Files.delete(file);
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException failure)
          throws IOException {
        if (failure != null) {
          throw failure;
        }
        Files.delete(dir);
        return FileVisitResult.CONTINUE;
      }
    });
  }
}
