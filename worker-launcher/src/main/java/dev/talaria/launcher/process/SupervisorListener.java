package dev.talaria.launcher.process;

import dev.talaria.protocol.id.RunKey;
import java.time.Instant;
import java.util.List;

/**
 * What a {@link Supervisor} tells. Calls about one run come in order and one at a time; those of different runs may come at the
 * same time. {@code started}, {@code ended} and {@code neverStarted} come again after a restart until the run is acknowledged, so
 * whoever passes them on says each once.
 */
public interface SupervisorListener {
  /** A worker runs, or was found running. */
  void started(RunKey run, long pid, Instant at);

  /** A worker's process ended: the last that is told of a run that started. */
  void ended(RunEnded end);

  /** A run will never start; nothing of it ever ran. */
  void neverStarted(RunKey run, String reason);

  /** A worker is being stopped. */
  default void stopping(RunKey run, StopReason reason) {}

  /** Processes of a stopped worker that even KILL did not end. */
  default void survived(RunKey run, List<Long> pids) {}
}
