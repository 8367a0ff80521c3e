package dev.talaria.service;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether this start of a service came second: whether another of the same name beat before it and beats on. Two
 * machines with one host id (a cloned home, a {@code fleet.host} used twice) would answer for each other's work; the second
 * has nothing yet that would be missed, so it is the one to stand down.
 *
 * <p>Who was first is told by the order of the records on {@code presence} alone. No clock, and no number made from one, is
 * asked. A service that must not speak beside another waits until it {@link #isAlone}. One thread.
 */
public final class TwinWatch {
  /** In the time between the first and this one of its own beats it hears of everybody who lives. */
  private static final int ENOUGH_BEATS = 3;

  private final String own;
  private final Set<String> gone = new HashSet<>();
  private final Set<String> before = new HashSet<>();
  private long last = -1;
  private int ownHeard;

  /**
   * A watch for one start.
   *
   * @param own this start's instance
   * @param former the instance before this one that is known to be gone, or null
   */
  public TwinWatch(String own, @Nullable String former) {
    this.own = own;
    if (former != null) {
      knowGone(former);
    }
  }

  /** An instance is gone by all that this machine can tell; should it beat on for long, the machine was wrong. */
  public void knowGone(String instance) {
    gone.add(instance);
  }

  /** Whether nobody else speaks under this name, as far as can be known: it is heard itself, and nobody from before is. */
  public boolean isAlone() {
    return ownHeard > 0 && (before.isEmpty() || ownHeard >= ENOUGH_BEATS);
  }

  /**
   * Takes in a beat under the name of this service.
   *
   * @param offset where it stands; one that was seen before is passed over, since presence is read again now and then
   * @return the instance that was there first and lives, once that is certain
   */
  public Optional<String> heard(String instance, boolean farewell, long offset) {
    if (offset <= last) {
      return Optional.empty();
    }
    last = offset;
    if (instance.equals(own)) {
      ownHeard++;
    } else if (farewell) {
      before.remove(instance);
    } else if (gone.contains(instance)) {
      // its last beats may come late; one that comes after several of ours is no last one: the disk
      // itself was copied
      return ownHeard > ENOUGH_BEATS ? Optional.of(instance) : Optional.empty();
    } else if (ownHeard == 0) {
      before.add(instance);
    } else if (before.contains(instance)) {
      return Optional.of(instance);
    }
    return Optional.empty();
  }
}
