package dev.talaria.cli.replay.gaveup;

import java.util.List;

/**
 * What tasks failed of.
 *
 * @param cause the fingerprint of the last failure; where there is none, how the run ended
 * @param attempts of all its tasks
 * @param seconds their run time
 * @param tasks sorted by their keys
 */
public record Cause(String cause, int attempts, long seconds, List<GaveUpTask> tasks) {
  public Cause {
    tasks = List.copyOf(tasks);
  }
}
