package dev.talaria.launcher.claim;

import dev.talaria.launcher.lane.Workspaces;
import dev.talaria.protocol.id.RunKey;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets go of runs whose ends their boards have taken note of. Thread-safe. */
final class Settlement {
  private static final Logger log = LoggerFactory.getLogger(Settlement.class);

  private final HeldRuns runs;
  private final RunParts parts;
  private final Workspaces workspaces;
  private final Executor tidiers;

  Settlement(HeldRuns runs, RunParts parts, Workspaces workspaces, Executor tidiers) {
    this.runs = runs;
    this.parts = parts;
    this.workspaces = workspaces;
    this.tidiers = tidiers;
  }

  void forget(RunKey run) {
    HeldRun held = runs.remove(run);
    if (held == null) {
      return;
    }
    parts.desk().release(run);
    parts.elsewhere().settled(run);
    try {
      tidiers.execute(
          () -> tidy(held)); // not here: grants wait behind the reply that is being read
    } catch (RejectedExecutionException e) {
      tidy(held);
    }
  }

  private void tidy(HeldRun held) {
    try {
      held.directory().acknowledge();
      if (held.leavesScratch()) {
        workspaces.removeScratch(held.workspace());
      }
    } catch (IOException e) {
      log.warn("Run directory {} cannot be marked as settled: {}", held.directory(), e.toString());
    }
  }
}
