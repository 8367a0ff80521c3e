package dev.talaria.launcher.rundir;

import dev.talaria.protocol.id.RunKey;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All runs of a launcher: {@code <home>/talaria/runs}. Names with a leading dot are the launcher's own files. */
public final class RunDirectories {
  private static final Logger log = LoggerFactory.getLogger(RunDirectories.class);

  private final Path root;

  private RunDirectories(Path root) {
    this.root = root;
  }

  /** Makes the root where it is missing. */
  public static RunDirectories open(Path root) throws IOException {
    DurableFiles.makeDirectories(root);
    return new RunDirectories(root.toRealPath());
  }

  public Path root() {
    return root;
  }

  /**
   * Makes a run's directory and writes its grant. Nothing when the run has one already: a grant that came twice must not
   * be spawned twice.
   */
  public Optional<RunDirectory> create(RunKey run, byte[] grant) throws IOException {
    RunDirectory directory = at(run);
    try {
      DurableFiles.makeDirectory(directory.path());
    } catch (FileAlreadyExistsException e) {
      return Optional.empty();
    }
    directory.writeGrant(grant);
    return Optional.of(directory);
  }

  public Optional<RunDirectory> find(RunKey run) {
    RunDirectory directory = at(run);
    return Files.isDirectory(directory.path()) ? Optional.of(directory) : Optional.empty();
  }

  /** The directory of this name, as the forker says it; nothing for names that are no run's. */
  public Optional<RunDirectory> named(String name) {
    try {
      return find(RunDirName.parse(name));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Every run here, in no order. What is not a run directory is left alone and said aloud. */
  public List<RunDirectory> list() throws IOException {
    List<RunDirectory> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (name.startsWith(".") || !Files.isDirectory(entry)) {
          continue;
        }
        RunKey run = parsed(name);
        if (run != null) {
          found.add(new RunDirectory(run, entry));
        }
      }
    }
    return found;
  }

  private @Nullable RunKey parsed(String name) {
    try {
      return RunDirName.parse(name);
    } catch (IllegalArgumentException e) {
      log.warn("Left '{}' in {} alone: {}", name, root, e.getMessage());
      return null;
    }
  }

  /** Removes a run's directory with all that is in it. Links are removed, not followed. */
  public void remove(RunDirectory directory) throws IOException {
    Files.walkFileTree(directory.path(), new SimpleFileVisitor<>() {
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

  private RunDirectory at(RunKey run) {
    return new RunDirectory(run, root.resolve(RunDirName.of(run)));
  }
}
