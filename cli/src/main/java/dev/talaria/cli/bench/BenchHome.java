package dev.talaria.cli.bench;

import dev.talaria.board.home.BoardHome;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A home that exists for one measurement. */
final class BenchHome implements AutoCloseable {
  private final Path root;

  private BenchHome(Path root) {
    this.root = root;
  }

  /** Makes one below {@code java.io.tmpdir}. */
  static BenchHome temporary() throws IOException {
    return new BenchHome(Files.createTempDirectory("talaria-bench-").toRealPath());
  }

  Path root() {
    return root;
  }

  BoardHome boards() {
    return BoardHome.of(Map.of("HERMES_KANBAN_HOME", root.toString()), root);
  }

  /** A process's environment without what would lead to the user's own boards and settings. */
  Map<String, String> environment(Map<String, String> own) {
    Map<String, String> cleaned = new TreeMap<>(own);
    cleaned.keySet().removeIf(name -> name.startsWith("HERMES_") || name.startsWith("TALARIA_"));
    cleaned.put("HERMES_KANBAN_HOME", root.toString());
    return cleaned;
  }

  /** The type of the file system that it lies on: on one in memory, syncing costs nothing. */
  String fileSystem() throws IOException {
    return Files.getFileStore(root).type();
  }

  /** What the figures depend on, in words. */
  String host() throws IOException {
    var system = ManagementFactory.getOperatingSystemMXBean();
    return String.format(
        Locale.ROOT,
        "%d processors, load %.1f, Java %s, files on %s",
        system.getAvailableProcessors(),
        system.getSystemLoadAverage(),
        Runtime.version().feature(),
        fileSystem());
  }

  @Override
  public void close() throws IOException {
    Files.walkFileTree(root, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
          throws IOException {
        Files.deleteIfExists(file);
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
        if (failure instanceof NoSuchFileException) {
          return FileVisitResult.CONTINUE; // the broker's last deletions
        }
        throw failure;
      }

      @Override
      public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
          throws IOException {
        Files.deleteIfExists(directory);
        return FileVisitResult.CONTINUE;
      }
    });
  }
}
