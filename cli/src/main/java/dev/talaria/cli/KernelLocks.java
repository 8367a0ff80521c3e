package dev.talaria.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Who holds a lock on a file, by the kernel's own list. Trying the lock instead would keep out a dispatcher that starts at
 * that moment.
 */
public final class KernelLocks {
  private static final Path LIST = Path.of("/proc/locks");
  private static final int HOLDER = 4;
  private static final int FILE = 5;

  private final Path list;

  public KernelLocks() {
    this(LIST);
  }

  /**
   * @param list in the form of {@code /proc/locks}
   */
  public KernelLocks(Path list) {
    this.list = list;
  }

  /** Whether the kernel tells at all; macOS does not. */
  public boolean canTell() {
    return Files.isReadable(list);
  }

  /** Process ids of those that hold a lock on the file; none for a file that is not there. */
  public List<Long> holders(Path file) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    String inode = ":" + Files.getAttribute(file, "unix:ino");
    List<Long> holders = new ArrayList<>();
    for (String line : Files.readAllLines(list)) {
      // 1: POSIX ADVISORY WRITE 4711 fe:01:1234 0 EOF; one that waits has "->" after the number
      String[] fields = line.strip().split("\\s+", -1);
      if (fields.length > FILE && !fields[1].equals("->") && fields[FILE].endsWith(inode)) {
        holders.add(Long.parseLong(fields[HOLDER]));
      }
    }
    return holders;
  }
}
