package dev.talaria.dispatcher.placement;

import dev.talaria.board.dispatch.ReadyWork;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.message.Presence.LauncherBeat;
import dev.talaria.protocol.message.Presence.Standing;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A launcher, as far as placement needs to know it.
 *
 * @param launcher which one
 * @param home whether it is on the board's own host, where every path of the board means what it says
 * @param labels its labels
 * @param places directories that workers from elsewhere may be placed in
 * @param laneFree how many more workers it would take, by each lane that it serves
 * @param faults why lanes that it is configured for are not served
 * @param drainedBy who ordered it to take no new work, or null
 */
public record Candidate(
    LauncherKey launcher,
    boolean home,
    Map<String, String> labels,
    List<Path> places,
    Map<String, Integer> laneFree,
    Map<String, String> faults,
    @Nullable String drainedBy)
    implements ReadyWork.Taker {
  public Candidate {
    labels = Map.copyOf(labels);
    places = List.copyOf(places);
    laneFree = Map.copyOf(laneFree);
    faults = Map.copyOf(faults);
  }

  /**
   * The launcher that says this of itself.
   *
   * @param boardHost the host of the board whose tasks are to be placed
   */
  public static Candidate of(LauncherBeat beat, String boardHost) {
    Standing standing = beat.standing();
    Map<String, Integer> free = new HashMap<>();
    beat.lanes().forEach(lane -> {
      int bound = standing == null
          ? beat.free()
          : standing.laneFree().getOrDefault(lane.name(), beat.free());
      free.put(lane.name(), Math.min(bound, beat.free()));
    });
    return new Candidate(
        beat.launcher(),
        beat.launcher().host().equals(boardHost),
        beat.labels(),
        standing == null ? List.of() : paths(standing.places()),
        free,
        standing == null ? Map.of() : standing.faults(),
        standing == null || standing.drain() == null ? null : standing.drain().by());
  }

  private static List<Path> paths(List<String> places) {
    List<Path> paths = new ArrayList<>();
    for (String place : places) {
      try {
        Path path = Path.of(place);
        if (path.isAbsolute()) {
          paths.add(path.normalize());
        }
      } catch (InvalidPathException e) {
        continue; // of a host with other names than ours: nothing of ours is there
      }
    }
    return paths;
  }

  /** Whether it could take such a task, and if not why. */
  public Fit fit(Needs needs) {
    Integer free = laneFree.get(needs.lane());
    if (free == null) {
      return new Fit.OtherLane(faults.get(needs.lane()));
    }
    Map<String, String> missing = new TreeMap<>(needs.requires());
    missing.entrySet().removeAll(labels.entrySet());
    if (!missing.isEmpty()) {
      return new Fit.LacksLabels(missing);
    }
    if (!takes(needs.workspaceKind(), needs.workspacePath())) {
      return new Fit.LacksPlace(needs.workspacePath());
    }
    if (drainedBy != null) {
      return new Fit.Draining(drainedBy);
    }
    return free > 0 ? new Fit.Now() : new Fit.Busy();
  }

  @Override
  public boolean scratchOnly() {
    return !home && places.isEmpty();
  }

  /** On another host a path must lie in an announced place; {@code ~}, and no path at all, mean the board's host. */
  @Override
  public boolean takes(String workspaceKind, @Nullable String workspacePath) {
    if (home || workspaceKind.equals("scratch")) {
      return true;
    }
    if (workspacePath == null || !workspacePath.startsWith("/")) {
      return false;
    }
    try {
      Path path = Path.of(workspacePath);
      for (Path part : path) {
        if (part.toString().equals("..")) {
          return false;
        }
      }
      Path plain = path.normalize();
      return places.stream().anyMatch(plain::startsWith);
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
