package dev.talaria.launcher.lane;

import dev.talaria.launcher.process.SpawnFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Directories of this host that tasks of other hosts' boards may work in: their {@code dir} workspaces and repositories lie
 * in one of them, or the task is not for this host. Looked at anew each time: a disk may be mounted later, or be gone.
 */
public final class Places {
  private final List<Path> configured;

  /** @param configured absolute paths */
  public Places(List<Path> configured) {
    this.configured = configured.stream().map(Path::normalize).toList();
  }

  /** Those that exist now: as they are configured, and where they lead, so that a task may say either. */
  public List<String> announced() {
    Set<String> announced = new LinkedHashSet<>();
    for (Path place : configured) {
      try {
        Path real = place.toRealPath();
        if (Files.isDirectory(real)) {
          announced.add(place.toString());
          announced.add(real.toString());
        }
      } catch (IOException e) {
        continue; // not there at the moment
      }
    }
    return List.copyOf(announced);
  }

  /**
   * Makes sure that a task of another host's board would work where it is meant to.
   *
   * @throws SpawnFailure of this host, when the directory is not here, or not in a place: it may be on another
   */
  public void check(Workspaces.Wanted wanted) throws SpawnFailure {
    String path = wanted.path();
    if (wanted.kind().equals("scratch")) {
      return;
    }
    if (path == null || !path.startsWith("/")) {
      throw refused(wanted, "its path means something on the board's own host only");
    }
    try {
      Path wish = Path.of(path).normalize();
      // a worktree need not be there yet; what it is made below must
      Path there = wanted.kind().equals("worktree") ? nearest(wish) : wish;
      Path real = there.toRealPath();
      if (!Files.isDirectory(real)) {
        throw refused(wanted, "it is no directory here");
      }
      for (Path place : configured) {
        if (Files.isDirectory(place) && real.startsWith(place.toRealPath())) {
          return;
        }
      }
      throw refused(wanted, "here it is '%s', which is in none of launcher.places".formatted(real));
    } catch (InvalidPathException e) {
      throw refused(wanted, "it is not a path");
    } catch (IOException e) {
      throw refused(wanted, "it does not exist here");
    }
  }

  private static Path nearest(Path path) {
    Path nearest = path;
    while (!Files.isDirectory(nearest) && nearest.getParent() != null) {
      nearest = nearest.getParent();
    }
    return nearest;
  }

  private static SpawnFailure refused(Workspaces.Wanted wanted, String why) {
    return SpawnFailure.ofHost("Cannot use %s workspace '%s' on this host: %s."
        .formatted(wanted.kind(), wanted.path(), why));
  }
}
