package dev.talaria.dispatcher.placement;

import dev.talaria.protocol.id.LauncherKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Whether anybody could take a ready task, of the launchers known by presence; and if nobody could, the reason of those that
 * came nearest to it. Pure.
 */
public sealed interface Placement {
  /** These could start it now, those with most free slots in its lane first. */
  record Startable(List<LauncherKey> launchers) implements Placement {
    public Startable {
      launchers = List.copyOf(launchers);
    }
  }

  /** These fit, and have no free slot in its lane. */
  record AllBusy(List<LauncherKey> launchers) implements Placement {
    public AllBusy {
      launchers = List.copyOf(launchers);
    }
  }

  /** Those that fit take no new work on an operator's order; by launcher, who gave it. */
  record AllDraining(Map<LauncherKey, String> launchers) implements Placement {
    public AllDraining {
      launchers = Map.copyOf(launchers);
    }
  }

  /** Launchers of other hosts would fit, but none of them announces a place where the workspace lies. */
  record NoPlace(@Nullable String path) implements Placement {}

  /** The lane is served, by nobody with these labels: what each lacks that serves it. */
  record NoLabels(Map<LauncherKey, Map<String, String>> missing) implements Placement {
    public NoLabels {
      missing = Map.copyOf(missing);
    }
  }

  /** No launcher serves the lane; of those that are configured for it, why not. */
  record NotServed(Map<LauncherKey, String> faults) implements Placement {
    public NotServed {
      faults = Map.copyOf(faults);
    }
  }

  /** Judges a task's needs against the launchers that are present. */
  static Placement of(Needs needs, Collection<Candidate> launchers) {
    List<Candidate> now = new ArrayList<>();
    List<LauncherKey> busy = new ArrayList<>();
    Map<LauncherKey, String> draining = new TreeMap<>(ORDER);
    Map<LauncherKey, Map<String, String>> labels = new TreeMap<>(ORDER);
    Map<LauncherKey, String> faults = new TreeMap<>(ORDER);
    boolean elsewhere = false;
    for (Candidate candidate : launchers) {
      Fit fit = candidate.fit(needs);
      if (fit instanceof Fit.Now) {
        now.add(candidate);
      } else if (fit instanceof Fit.Busy) {
        busy.add(candidate.launcher());
      } else if (fit instanceof Fit.Draining drained) {
        draining.put(candidate.launcher(), drained.by());
      } else if (fit instanceof Fit.LacksPlace) {
        elsewhere = true;
      } else if (fit instanceof Fit.LacksLabels lacking) {
        labels.put(candidate.launcher(), lacking.missing());
      } else if (fit instanceof Fit.OtherLane other && other.fault() != null) {
        faults.put(candidate.launcher(), other.fault());
      }
    }
    if (!now.isEmpty()) {
      now.sort(java.util.Comparator.<Candidate>comparingInt(
              it -> -it.laneFree().getOrDefault(needs.lane(), 0))
          .thenComparing(Candidate::launcher, ORDER));
      return new Startable(now.stream().map(Candidate::launcher).toList());
    }
    if (!busy.isEmpty()) {
      return new AllBusy(busy.stream().sorted(ORDER).toList());
    }
    if (!draining.isEmpty()) {
      return new AllDraining(draining);
    }
    if (elsewhere) {
      return new NoPlace(needs.workspacePath());
    }
    return labels.isEmpty() ? new NotServed(faults) : new NoLabels(labels);
  }

  /** By name. */
  java.util.Comparator<LauncherKey> ORDER = java.util.Comparator.comparing(LauncherKey::toString);
}
