package dev.talaria.launcher.process;

import dev.talaria.launcher.rundir.SpawnRecord;
import dev.talaria.service.GapClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long runs have gone on, in a supervisor's active time: without what it was stopped for, and without what its host slept
 * for. Gaps are written down in the file {@code .gaps}, so that the next supervisor takes them off the runs that it adopts. One thread,
 * but for {@link #active}.
 */
final class RunClock {
  static final String FILE = ".gaps";
  private static final Logger log = LoggerFactory.getLogger(RunClock.class);

  private final Path file;
  private final @Nullable String bootId;
  private final LongSupplier nanos;
  private final InstantSource wall;
  private final GapClock gaps;
  private final List<Stop> stops = new ArrayList<>();

  /** A time that a supervisor was stopped, by the monotonic clock of this boot. */
  private record Stop(long from, long to) {
    long since(long start) {
      return Math.max(0, to - Math.max(from, start));
    }
  }

  RunClock(Path runsRoot, @Nullable String bootId, LongSupplier nanos, InstantSource wall) {
    this.file = runsRoot.resolve(FILE);
    this.bootId = bootId;
    this.nanos = nanos;
    this.wall = wall;
    this.gaps = new GapClock(nanos.getAsLong(), wall.millis());
    read();
  }

  /** To be called at every turn of the loop; returns the active time so far, in nanoseconds. */
  long tick() {
    long now = nanos.getAsLong();
    gaps.tick(now, wall.millis()).ifPresent(gap -> {
      log.warn(
          "Was away for {} s: that counts against no run.",
          Math.max(gap.millis() / 1_000, TimeUnit.NANOSECONDS.toSeconds(gap.nanos())));
      if (gap.isStop()) {
        note(new Stop(now - gap.nanos(), now));
      }
    });
    return gaps.active();
  }

  long active() {
    return gaps.active();
  }

  /** The monotonic clock, for {@link SpawnRecord#createdNanos}. */
  long nanos() {
    return nanos.getAsLong();
  }

  /** The active time, below zero as a rule, at which a run from before this supervisor started. */
  long startOf(SpawnRecord spawn, Instant startedAt) {
    Long created = spawn.createdNanos();
    long age;
    if (created != null
        && bootId != null
        && bootId.equals(spawn.bootId())
        && nanos.getAsLong() - created >= 0) {
      age = nanos.getAsLong()
          - created
          - stops.stream().mapToLong(it -> it.since(created)).sum();
    } else {
      age = Duration.between(startedAt, wall.instant()).toNanos();
    }
    return gaps.active() - Math.max(0, age);
  }

  private void note(Stop stop) {
    stops.add(stop);
    if (bootId == null) {
      return; // nobody could tell later whether it is the same clock
    }
    try {
      Files.writeString(
          file,
          "%s %d %d%n".formatted(bootId, stop.from(), stop.to()),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      log.warn("A gap cannot be written down; a restart would count it: {}", e.toString());
    }
  }

  /** Lines of this boot; when there are others, the file begins anew. */
  private void read() {
    if (bootId == null) {
      return;
    }
    try {
      boolean others = false;
      for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        String[] words = line.split(" ", -1);
        if (words.length == 3 && words[0].equals(bootId)) {
          stops.add(new Stop(Long.parseLong(words[1]), Long.parseLong(words[2])));
        } else {
          others = true;
        }
      }
      if (others && stops.isEmpty()) {
        Files.delete(file);
      }
    } catch (NoSuchFileException e) {
      log.debug("no gaps were noted");
    } catch (IOException | NumberFormatException e) {
      log.warn(
          "Gaps in {} cannot be read; they count against adopted runs: {}", file, e.toString());
    }
  }
}
