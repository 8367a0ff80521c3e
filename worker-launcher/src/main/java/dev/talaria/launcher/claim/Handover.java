package dev.talaria.launcher.claim;

import dev.talaria.launcher.process.RunAs;
import dev.talaria.launcher.process.SpawnFailure;
import dev.talaria.launcher.rundir.RunDirectories;
import dev.talaria.launcher.rundir.RunDirectory;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;

/**
 * Gives a worker of another user what it needs, where that user may look: its run directory is the launcher's alone. The
 * files lie beside the run directories, each for as long as its run's directory.
 */
public final class Handover {
  private static final String SUFFIX = ".handed";
  private static final String CONTEXT = ".context.txt";

  private final RunAs.Account user;

  Handover(RunAs.Account user) {
    this.user = user;
  }

  /** A copy of the context file that the user, and nobody else, may read. */
  Path context(RunDirectory directory, String text) throws IOException, SpawnFailure {
    Path base = base(parent(directory.path()));
    Files.createDirectories(base);
    // whoever knows a file's name may come to it, but not look around
    Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwx--x--x"));
    Path file = base.resolve(directory.name() + CONTEXT);
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text);
    user.own(file);
    if (!user.may("r", file)) {
      throw closed("read", file);
    }
    return file;
  }

  /**
   * Gives the user a scratch workspace that was made for this task; any other directory is as it is.
   *
   * @param root where workspaces of the board are made
   */
  void workspace(String kind, Path workspace, Path root, String taskId)
      throws IOException, SpawnFailure {
    boolean made = kind.equals("scratch")
        && workspace.endsWith(taskId)
        && Files.isDirectory(workspace, LinkOption.NOFOLLOW_LINKS)
        && Files.isDirectory(root)
        && parent(workspace).toRealPath().equals(root.toRealPath());
    if (made) {
      user.own(workspace);
    }
    if (!user.may("wx", workspace)) {
      throw closed("work in", workspace);
    }
  }

  private SpawnFailure closed(String what, Path path) {
    return SpawnFailure.ofHost(
        "User '%s' of run_as cannot %s '%s'. Give it the permission, on the directories above too (chmod o+x), or remove run_as."
            .formatted(user.user(), what, path));
  }

  /** Removes what was handed over for runs whose directories are gone. */
  public static void tidy(RunDirectories runs) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(base(runs.root()), "*" + CONTEXT)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        if (runs.named(name.substring(0, name.length() - CONTEXT.length())).isEmpty()) {
          Files.deleteIfExists(file);
        }
      }
    } catch (NoSuchFileException e) {
      // nothing was ever handed over here
    }
  }

  private static Path base(Path runs) {
    return runs.resolveSibling(runs.getFileName() + SUFFIX);
  }

  private static Path parent(Path path) {
    return Objects.requireNonNull(path.toAbsolutePath().getParent(), "it lies in a directory");
  }
}
