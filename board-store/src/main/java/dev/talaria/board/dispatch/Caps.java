package dev.talaria.board.dispatch;

import org.jspecify.annotations.Nullable;

/**
 * How many tasks of a board may run at the same time (contract 5.1). The first two are the same bound under two names; the
 * smaller counts.
 *
 * @param maxSpawn null for no bound
 * @param maxInProgress null for no bound
 * @param perProfile of one profile; null for no bound
 */
public record Caps(
    @Nullable Integer maxSpawn,
    @Nullable Integer maxInProgress,
    @Nullable Integer perProfile) {
  public static final Caps NONE = new Caps(null, null, null);

  /** Whether nothing is bounded, so that nothing needs counting. */
  public boolean none() {
    return maxSpawn == null && maxInProgress == null && perProfile == null;
  }

  int board() {
    int spawn = maxSpawn == null ? Integer.MAX_VALUE : maxSpawn;
    return Math.min(spawn, maxInProgress == null ? Integer.MAX_VALUE : maxInProgress);
  }

  int profile() {
    return perProfile == null ? Integer.MAX_VALUE : perProfile;
  }
}
