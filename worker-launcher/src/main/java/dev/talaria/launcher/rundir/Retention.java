package dev.talaria.launcher.rundir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which run directories go: only those whose end the board has acknowledged, when they are older than {@code age} or when
 * more than {@code count} are kept, the oldest first.
 */
public record Retention(Duration age, int count) {
  private static final Logger log = LoggerFactory.getLogger(Retention.class);

  /** A day and 1000 runs: enough to look at what happened last night. */
  public static final Retention DEFAULT = new Retention(Duration.ofHours(24), 1000);

  private record Settled(RunDirectory directory, Instant at) {}

  public Retention {
    if (age.isNegative() || count < 0) {
      throw new IllegalArgumentException(
          "Retention of %s and %d runs; expected neither to be negative.".formatted(age, count));
    }
  }

  /** Returns how many were removed. A directory that cannot be removed is left for the next time. */
  public int apply(RunDirectories runs, Instant now) throws IOException {
    List<Settled> settled = new ArrayList<>();
    for (RunDirectory directory : runs.list()) {
      Path marker = directory.path().resolve(Marker.ACKNOWLEDGED.fileName());
      if (Files.exists(marker)) {
        settled.add(new Settled(directory, Files.getLastModifiedTime(marker).toInstant()));
      }
    }
    settled.sort(Comparator.comparing(Settled::at).reversed());
    Instant oldest = now.minus(age);
    int removed = 0;
    for (int i = 0; i < settled.size(); i++) {
      if (i >= count || settled.get(i).at().isBefore(oldest)) {
        removed += removeQuietly(runs, settled.get(i).directory());
      }
    }
    return removed;
  }

  private static int removeQuietly(RunDirectories runs, RunDirectory directory) {
    try {
      runs.remove(directory);
      return 1;
    } catch (IOException e) {
      log.warn("Cannot remove run directory {}; will try again: {}", directory, e.toString());
      return 0;
    }
  }
}
