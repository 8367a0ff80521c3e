package dev.talaria.launcher.claim;

import dev.talaria.launcher.report.LogShipper;
import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.launcher.shadow.ShadowBoards;
import dev.talaria.protocol.id.RunKey;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What is done for runs whose board is on another host: their workers' output is sent there, and what they write into a
 * shadow board is said. Nothing for all others. Thread-safe.
 */
public final class Elsewhere implements AutoCloseable {
  private final String host;
  private final LogShipper logs;
  private final ShadowBoards shadows;

  /** @param host this host's id */
  public Elsewhere(String host, LogShipper logs, ShadowBoards shadows) {
    this.host = host;
    this.logs = logs;
    this.shadows = shadows;
  }

  public void start() {
    logs.start();
    shadows.start();
  }

  /** Takes up a run from an earlier start. */
  void adopt(RunDirectory directory, String boardsHost) throws IOException {
    if (!boardsHost.equals(host)) {
      var spawn = directory.spawn();
      if (spawn.isPresent()) {
        logs.follow(directory, Path.of(spawn.get().log()));
      }
      shadows.adopt(directory);
    }
  }

  /** A run's worker is about to start. */
  void begins(RunDirectory directory, String boardsHost, Path log) {
    if (!boardsHost.equals(host)) {
      logs.follow(directory, log);
    }
  }

  /** Says what the worker has written into its shadow board so far; returns once it is durable. */
  void tell(RunKey run) {
    shadows.tell(run);
  }

  /** The board has taken note of the run's end. */
  void settled(RunKey run) {
    logs.ended(run);
    shadows.release(run);
  }

  @Override
  public void close() {
    shadows.close();
    logs.close();
  }
}
