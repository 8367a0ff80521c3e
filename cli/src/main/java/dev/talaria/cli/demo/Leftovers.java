package dev.talaria.cli.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Processes that should be gone. */
final class Leftovers {
  private static final long PAUSE_MILLIS = 50;

  private Leftovers() {}

  /** Command lines of the processes started from a home that are still there when the limit has passed. */
  static List<String> of(Path home, Duration limit) throws InterruptedException {
    long until = System.nanoTime() + limit.toNanos();
    List<String> found = list(home);
    while (!found.isEmpty() && System.nanoTime() < until) {
      Thread.sleep(PAUSE_MILLIS);
      found = list(home);
    }
    return found;
  }

  private static List<String> list(Path home) {
    return ProcessHandle.allProcesses()
        .filter(process -> process.pid() != ProcessHandle.current().pid())
        .map(process -> process.info().commandLine())
        .flatMap(Optional::stream)
        .filter(line -> line.contains(home.toString()))
        .toList();
  }
}
