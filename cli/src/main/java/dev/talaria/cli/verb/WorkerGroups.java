package dev.talaria.cli.verb;

import dev.talaria.board.transition.WorkerStopper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Ends a worker with all that is in its process group or session; workers lead both. Where there is no {@code /proc}, with
 * its descendants. A process that did not start with the worker's run is another one by now, and left alone.
 */
final class WorkerGroups implements WorkerStopper {
  /** Clocks that were set meanwhile; ids come round much later. */
  private static final long SLACK_SECONDS = 30;

  private static final Duration GRACE = Duration.ofSeconds(5); // hermes's
  private static final Duration KILL_WAIT = Duration.ofSeconds(2);
  private static final long POLL_MILLIS = 20;

  // fields of /proc/<pid>/stat after the name in parentheses
  private static final int STATE = 0;
  private static final int GROUP = 2;
  private static final int SESSION = 3;

  private final Path proc;

  WorkerGroups() {
    this(Path.of("/proc"));
  }

  WorkerGroups(Path proc) {
    this.proc = proc;
  }

  @Override
  public Ending stop(Worker worker) {
    if (worker.pid() <= 1 || isAnother(worker) || members(worker.pid()).isEmpty()) {
      return new Ending(true, false);
    }
    members(worker.pid()).forEach(ProcessHandle::destroy);
    if (isGoneWithin(worker.pid(), GRACE, false)) {
      return new Ending(true, false);
    }
    return new Ending(isGoneWithin(worker.pid(), KILL_WAIT, true), true);
  }

  /** Whether the id belongs to a process that started at another time than the worker. */
  private static boolean isAnother(Worker worker) {
    Long started = ProcessHandle.of(worker.pid())
        .flatMap(it -> it.info().startInstant())
        .map(at -> at.getEpochSecond())
        .orElse(null);
    return started != null
        && (isBefore(started, worker.claimedAt()) || isBefore(worker.spawnedAt(), started));
  }

  private static boolean isBefore(@Nullable Long one, @Nullable Long other) {
    return one != null && other != null && one < other - SLACK_SECONDS;
  }

  private boolean isGoneWithin(long leader, Duration limit, boolean killing) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      List<ProcessHandle> left = members(leader);
      if (left.isEmpty()) {
        return true;
      }
      if (System.nanoTime() > deadline) {
        return false;
      }
      if (killing) {
        left.forEach(ProcessHandle::destroyForcibly); // again: a group that forks has new members
      }
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return members(leader).isEmpty();
      }
    }
  }

  /** All that live of the group; while one of them does, no other process gets the leader's id. */
  private List<ProcessHandle> members(long leader) {
    List<ProcessHandle> members = new ArrayList<>();
    if (!Files.isReadable(proc.resolve("self/stat"))) {
      ProcessHandle.of(leader)
          .filter(ProcessHandle::isAlive)
          .ifPresent(it -> Stream.concat(Stream.of(it), it.descendants()).forEach(members::add));
      return members;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path entry : entries) {
        long pid = Long.parseLong(String.valueOf(entry.getFileName()));
        if (pid != ProcessHandle.current().pid() && belongs(entry, pid, leader)) {
          ProcessHandle.of(pid).ifPresent(members::add);
        }
      }
    } catch (IOException e) {
      return members; // nothing more can be seen
    }
    return members;
  }

  private static boolean belongs(Path entry, long pid, long leader) {
    List<String> fields = stat(entry).orElse(List.of());
    if (fields.size() <= SESSION || fields.get(STATE).matches("[ZXx]")) {
      return false;
    }
    String wanted = Long.toString(leader);
    return pid == leader
        || fields.get(GROUP).equals(wanted)
        || fields.get(SESSION).equals(wanted);
  }

  private static Optional<List<String>> stat(Path entry) {
    try {
      String line = Files.readString(entry.resolve("stat"), StandardCharsets.ISO_8859_1);
      return Optional.of(
          List.of(line.substring(line.lastIndexOf(')') + 1).strip().split(" ", -1)));
    } catch (IOException e) {
      return Optional.empty(); // gone meanwhile
    }
  }
}
