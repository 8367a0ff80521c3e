package dev.talaria.launcher.claim;

import dev.talaria.protocol.id.RunKey;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The runs that this launcher has, from their grants to their boards' notes of their ends. Thread-safe. */
final class HeldRuns {
  private final Map<RunKey, HeldRun> runs = new ConcurrentHashMap<>();
  private final Set<RunKey> starting = ConcurrentHashMap.newKeySet();

  @Nullable
  HeldRun get(RunKey run) {
    return runs.get(run);
  }

  boolean has(RunKey run) {
    return runs.containsKey(run);
  }

  Collection<HeldRun> all() {
    return runs.values();
  }

  List<RunKey> keys() {
    return List.copyOf(runs.keySet());
  }

  void put(HeldRun held) {
    runs.put(held.directory().run(), held);
  }

  /** Its board has settled it. */
  @Nullable
  HeldRun remove(RunKey run) {
    HeldRun held = runs.remove(run);
    if (held != null) {
      synchronized (runs) {
        runs.notifyAll();
      }
    }
    return held;
  }

  /** A grant is being taken in; false when that run is known already. */
  boolean startsToTakeIn(RunKey run) {
    return !runs.containsKey(run) && starting.add(run);
  }

  void isTakenIn(RunKey run) {
    starting.remove(run);
  }

  boolean isBeingTakenIn(RunKey run) {
    return starting.contains(run);
  }

  /** Waits until none is left; false when that takes longer. */
  boolean awaitNone(Duration limit) {
    long until = System.nanoTime() + limit.toNanos();
    synchronized (runs) {
      try {
        while (!runs.isEmpty()) {
          long left = until - System.nanoTime();
          if (left <= 0) {
            return false;
          }
          TimeUnit.NANOSECONDS.timedWait(runs, left);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }
}
