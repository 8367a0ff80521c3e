package dev.talaria.cli.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the workers of all hosts wrote, each a line before its first effect, appended in one write. */
final class Ledger {
  private final Path file;

  Ledger(Path file) {
    this.file = file;
  }

  /**
   * A worker began.
   *
   * @param run {@code <host>/<board>#<task>#<run>}
   * @param host on which it works, by the launcher's environment
   * @param hostName on which it works, by the kernel
   * @param nanos since 1970
   */
  record Entry(String run, String host, String hostName, long pid, long nanos) {
    String board() {
      return run.substring(0, run.indexOf('#'));
    }

    String task() {
      return run.substring(run.indexOf('#') + 1, run.lastIndexOf('#'));
    }

    long runId() {
      return Long.parseLong(run.substring(run.lastIndexOf('#') + 1));
    }
  }

  List<Entry> entries() {
    try {
      return Files.notExists(file)
          ? List.of()
          : Files.readAllLines(file).stream()
              .map(line -> line.split(" "))
              .map(word -> new Entry(
                  word[0], word[1], word[2], Long.parseLong(word[3]), Long.parseLong(word[4])))
              .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Entry> of(String task) {
    return entries().stream().filter(entry -> entry.task().equals(task)).toList();
  }
}
