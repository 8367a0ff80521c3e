package dev.talaria.dispatcher.presence;

import dev.talaria.dispatcher.presence.LauncherDirectory.Standing;
import dev.talaria.protocol.id.LauncherKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Notices each loss of a launcher once; one that was heard again may be lost again. One thread. */
public final class LostLaunchers {
  private final Set<LauncherKey> lost = new HashSet<>();

  /** Those that were not lost the last time. */
  public List<LauncherKey> newly(Map<LauncherKey, Standing> standings) {
    lost.removeIf(launcher -> standings.get(launcher) != Standing.LOST);
    List<LauncherKey> fresh = new ArrayList<>();
    standings.forEach((launcher, standing) -> {
      if (standing == Standing.LOST && lost.add(launcher)) {
        fresh.add(launcher);
      }
    });
    return fresh;
  }
}
