package dev.talaria.board.dispatch;

import java.util.ArrayList;
import java.util.List;

/** What a {@link DispatchTick} did, or a dry one would do (contract 5.2). Filled by the tick alone. */
public final class TickResult {
  private final List<Spawned> spawned = new ArrayList<>();
  private final List<Capped> capped = new ArrayList<>();
  private final List<Guarded> guarded = new ArrayList<>();
  private final List<Guarded> paused = new ArrayList<>();
  private final List<String> unassigned = new ArrayList<>();
  private final List<String> autoAssigned = new ArrayList<>();
  private final List<String> nonspawnable = new ArrayList<>();
  private final List<String> crashed = new ArrayList<>();
  private final List<String> autoBlocked = new ArrayList<>();
  private final List<String> timedOut = new ArrayList<>();
  private final List<String> stale = new ArrayList<>();
  private int reclaimed;
  private int promoted;

  /** A started worker. */
  public record Spawned(String taskId, String assignee, String workspace) {}

  /** A task whose profile is at its bound. */
  public record Capped(String taskId, String assignee, int current) {}

  /** A task that the respawn guard keeps back. */
  public record Guarded(String taskId, String reason) {}

  void reclaimed(int count) {
    reclaimed += count;
  }

  void promoted(int count) {
    promoted += count;
  }

  /** Claims that ran out and were taken back. */
  public int reclaimed() {
    return reclaimed;
  }

  /** Tasks that nothing held back any longer. */
  public int promoted() {
    return promoted;
  }

  public List<Spawned> spawned() {
    return spawned;
  }

  /** Ready or review tasks that nobody is named for. */
  public List<String> skippedUnassigned() {
    return unassigned;
  }

  /** Tasks that were given to the default assignee. */
  public List<String> autoAssignedDefault() {
    return autoAssigned;
  }

  /** Tasks whose assignee is no profile of this host: external lanes claim for themselves. */
  public List<String> skippedNonspawnable() {
    return nonspawnable;
  }

  public List<Capped> skippedPerProfileCapped() {
    return capped;
  }

  public List<String> crashed() {
    return crashed;
  }

  /** Tasks that were blocked because they failed too often, or in silence. */
  public List<String> autoBlocked() {
    return autoBlocked;
  }

  public List<String> timedOut() {
    return timedOut;
  }

  public List<String> stale() {
    return stale;
  }

  /** Tasks that an operator's order keeps from starting, with the order in words. */
  public List<Guarded> paused() {
    return paused;
  }

  public List<Guarded> respawnGuarded() {
    return guarded;
  }
}
