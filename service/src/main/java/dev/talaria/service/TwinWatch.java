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
 * asked. One thread.
 */
public final class TwinWatch {
  private final String own;
  private final @Nullable String former;
  private final Set<String> before = new HashSet<>();
  private long last = -1;
  private boolean ownHeard;

  /**
   * A watch for one start.
   *
   * @param own this start's instance
   * @param former the instance before this one that is known to be gone, or null
   */
  public TwinWatch(String own, @Nullable String former) {
    this.own = own;
    this.former = former;
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
      ownHeard = true;
    } else if (farewell || instance.equals(former)) {
      before.remove(instance);
    } else if (!ownHeard) {
      before.add(instance);
    } else if (before.contains(instance)) {
      return Optional.of(instance);
    }
    return Optional.empty();
  }
}
