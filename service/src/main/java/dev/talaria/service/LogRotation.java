package dev.talaria.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * How a task's log is rotated when a run of it begins (contract 5.5).
 *
 * @param limitBytes the size above which it is rotated; 0 or less for never
 * @param generations how many older files are kept; with 0 a file that is too large is dropped
 */
public record LogRotation(long limitBytes, int generations) {
  /** Rotates the file where it is too large, and makes its directory; says the size that it has now. */
  public long apply(Path file) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    long size = size(file);
    if (limitBytes <= 0 || size <= limitBytes) {
      return size;
    }
    if (generations <= 0) {
      Files.deleteIfExists(file);
      return 0;
    }
    Files.deleteIfExists(generation(file, generations));
    for (int k = generations - 1; k >= 1; k--) {
      moveIfThere(generation(file, k), generation(file, k + 1));
    }
    moveIfThere(file, generation(file, 1));
    return 0;
  }

  private static long size(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  private static Path generation(Path file, int k) {
    return file.resolveSibling(file.getFileName() + "." + k);
  }

  private static void moveIfThere(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    } catch (NoSuchFileException e) {
      // a generation that was never written
    }
  }
}
