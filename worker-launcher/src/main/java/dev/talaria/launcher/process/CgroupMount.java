package dev.talaria.launcher.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Finds this process's own group in the hierarchy of version 2, of {@code /proc/self}. */
final class CgroupMount {
  private static final String VERSION_2 = "0::";

  // Fields of a line of mountinfo, see proc(5); the type stands behind a lone dash.
  private static final int ROOT = 3;
  private static final int MOUNTED_AT = 4;

  private CgroupMount() {}

  /** Its directory; nothing where no such hierarchy is mounted. */
  static Optional<Path> ownGroup(Path proc) {
    try {
      List<String> groups = Files.readAllLines(proc.resolve("self/cgroup"));
      Optional<String> own = groups.stream()
          .filter(line -> line.startsWith(VERSION_2))
          .map(line -> line.substring(VERSION_2.length()))
          .findFirst();
      if (own.isEmpty()) {
        return Optional.empty();
      }
      return Files.readAllLines(proc.resolve("self/mountinfo")).stream()
          .map(line -> line.split(" ", -1))
          .filter(CgroupMount::isVersion2)
          .flatMap(fields -> below(fields, own.get()).stream())
          .filter(Files::isDirectory)
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static boolean isVersion2(String[] fields) {
    int dash = Arrays.asList(fields).indexOf("-");
    return dash > MOUNTED_AT && dash + 1 < fields.length && fields[dash + 1].equals("cgroup2");
  }

  /** A container sees a part of the hierarchy only: its root is then not the mount's. */
  private static Optional<Path> below(String[] fields, String own) {
    Path root = Path.of(fields[ROOT]);
    Path group = Path.of(own);
    if (!group.isAbsolute() || !group.startsWith(root)) {
      return Optional.empty();
    }
    return Optional.of(
        Path.of(fields[MOUNTED_AT]).resolve(root.relativize(group)).normalize());
  }
}
