package dev.talaria.dispatcher.grant;

import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.id.RunKey;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The slots of a launcher that is granted to directly, without offers: the one in this JVM. A run takes its slot before it
 * is granted and gives it back when its end is on the board, so that the ledger never counts a slot free that is not.
 * Thread-safe: the boards of a host share it.
 */
public final class SlotLedger {
  private final DirectLauncher launcher;
  private final Set<RunKey> taken = new HashSet<>();
  private int reserved;
  private boolean closed;
  private boolean denied;

  public SlotLedger(DirectLauncher launcher) {
    this.launcher = launcher;
  }

  /**
   * A launcher that is granted to directly.
   *
   * @param key its address
   * @param incarnation of this start
   * @param instance of this start
   * @param slots how many workers it runs at most
   * @param lanes the lanes that it serves, with the most workers that each may have
   */
  public record DirectLauncher(
      LauncherKey key, long incarnation, String instance, int slots, Map<Lane, Integer> lanes) {
    public DirectLauncher {
      lanes = Map.copyOf(lanes);
    }
  }

  public DirectLauncher launcher() {
    return launcher;
  }

  public List<Lane> lanes() {
    return launcher.lanes().keySet().stream().sorted().toList();
  }

  /** No slot is given out any more. */
  public synchronized void closeForGrants() {
    closed = true;
  }

  /** Takes up to so many slots for grants that are about to be made; says how many it got. */
  public synchronized int reserve(int wanted) {
    int got =
        closed ? 0 : Math.max(0, Math.min(wanted, launcher.slots() - taken.size() - reserved));
    reserved += got;
    denied |= got < Math.min(wanted, 1) && reserved > 0;
    return got;
  }

  /**
   * The reserved slots became these runs; what is left over is free again.
   *
   * @return whether another board found no slot meanwhile and should look again
   */
  public synchronized boolean settle(int reservedBefore, List<RunKey> granted) {
    reserved -= reservedBefore;
    taken.addAll(granted);
    boolean lookAgain = denied && granted.size() < reservedBefore;
    denied = false;
    return lookAgain;
  }

  /** A run that holds a slot already: it was granted before this start. */
  public synchronized void occupy(RunKey run) {
    taken.add(run);
  }

  /** Whether the run has a slot that, once free, may be given out again. */
  public synchronized boolean holds(RunKey run) {
    return !closed && taken.contains(run);
  }

  /** A run has ended, or never started. */
  public synchronized boolean release(RunKey run) {
    return taken.remove(run);
  }

  /** How many runs it would take now. */
  public synchronized int free() {
    int free = closed ? 0 : Math.max(0, launcher.slots() - taken.size() - reserved);
    denied |= free == 0 && reserved > 0;
    return free;
  }
}
