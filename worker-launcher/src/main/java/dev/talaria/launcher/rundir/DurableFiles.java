package dev.talaria.launcher.rundir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files of this user alone, written whole: beside their place, forced to the disk, then renamed. */
public final class DurableFiles {
  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  private DurableFiles() {}

  /** Replaces the file in one step. After return its content survives a power cut. */
  public static void write(Path file, byte[] content) throws IOException {
    writeQuickly(file, content, true);
    forceDirectory(file);
  }

  /** Replaces the file in one step, but leaves it to the system when it reaches the disk. */
  static void writeQuickly(Path file, byte[] content) throws IOException {
    writeQuickly(file, content, false);
  }

  private static void writeQuickly(Path file, byte[] content, boolean force) throws IOException {
    Path beside = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      create(beside, content, force);
    } catch (FileAlreadyExistsException e) { // of a process that was killed
      Files.deleteIfExists(beside);
      create(beside, content, force);
    }
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void create(Path file, byte[] content, boolean force) throws IOException {
    try (FileChannel channel = FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
        ownerOnly("rw-------"))) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      if (force) {
        channel.force(true);
      }
    }
  }

  static void makeDirectories(Path directory) throws IOException {
    Files.createDirectories(directory, ownerOnly("rwx------"));
  }

  static void makeDirectory(Path directory) throws IOException {
    Files.createDirectory(directory, ownerOnly("rwx------"));
  }

  /** Permissions for creation, or none where the file system has no such thing. */
  static FileAttribute<?>[] ownerOnly(String permissions) {
    return POSIX
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  /** Forces a file that was written quickly, if it is there. */
  static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    } catch (NoSuchFileException e) {
      // nothing to force
    }
  }

  /** Writes a file that nobody reads before this has returned; false, and unchanged, when there is one already. */
  static boolean writeOnce(Path file, byte[] content) throws IOException {
    try {
      create(file, content, false);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  /** Forces the directory that the file is in. */
  static void forceDirectory(Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (!POSIX || directory == null) {
      return;
    }
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
