package dev.talaria.launcher.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/**
 * The control group (cgroup v2) of one run: whatever its worker started is in it, however it left its session, its parents and
 * its environment. One that does not exist has no members.
 *
 * @param path its directory
 */
public record RunGroup(Path path) {
  private static final String MEMBERS = "cgroup.procs";
  private static final String KILL = "cgroup.kill";

  /** Process ids of its members and of those of groups that they made in it. */
  Set<Long> members() {
    Set<Long> found = new HashSet<>();
    collect(path, found);
    return found;
  }

  private static void collect(Path group, Set<Long> found) {
    try {
      Files.readAllLines(group.resolve(MEMBERS), StandardCharsets.US_ASCII).stream()
          .filter(line -> !line.isBlank())
          .map(line -> Long.parseLong(line.strip()))
          .filter(
              pid -> pid > 0) // 0: a process that this launcher cannot name, of an outer container
          .forEach(found::add);
      try (DirectoryStream<Path> inner = Files.newDirectoryStream(group, Files::isDirectory)) {
        inner.forEach(one -> collect(one, found));
      }
    } catch (IOException | NumberFormatException e) {
      // removed meanwhile, or no group at all: the search by session and run key remains
    }
  }

  /** Kills all members at once, before they can fork again; false where the kernel (before 5.14) cannot. */
  boolean kill() throws IOException {
    Path switched = path.resolve(KILL);
    if (!Files.exists(switched)) {
      return false;
    }
    try {
      Files.writeString(switched, "1", StandardOpenOption.WRITE);
      return true;
    } catch (NoSuchFileException e) {
      return false; // it went meanwhile, and so did its members
    }
  }

  /** Removes it with the groups in it; false when something lives in it still. */
  boolean remove() {
    try {
      removeAll(path);
      return true;
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException e) {
      return false; // busy
    }
  }

  private static void removeAll(Path group) throws IOException {
    try (DirectoryStream<Path> inner = Files.newDirectoryStream(group, Files::isDirectory)) {
      for (Path one : inner) {
        removeAll(one);
      }
    }
    Files.delete(group); // its files are the kernel's and go with it
  }
}
