package dev.talaria.board.gc;

import java.time.Instant;

/** Whether a process that a board names still lives on this host. */
@FunctionalInterface
public interface LiveProcesses {
  /**
   * @param spawnedAt when it was started, epoch seconds; a process that is clearly younger has only inherited the id
   */
  boolean lives(long pid, long spawnedAt);

  static LiveProcesses ofThisHost() {
    return LiveProcesses::livesHere;
  }

  private static boolean livesHere(long pid, long spawnedAt) {
    final int slack = 60;
    Instant youngest = Instant.ofEpochSecond(spawnedAt + slack);
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(process -> process
            .info()
            .startInstant()
            .map(started -> started.isBefore(youngest))
            .orElse(true))
        .isPresent();
  }
}
