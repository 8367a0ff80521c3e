package dev.talaria.launcher.process;

import dev.talaria.launcher.rundir.DurableFiles;
import dev.talaria.launcher.rundir.RunDirectories;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a control group per run, below the launcher's own group, where this host lets it: as root, or in a unit with {@code
 * Delegate=yes}. Elsewhere it makes none, and a worker's processes are found by session, group and environment alone.
 * Thread-safe.
 */
public final class RunGroups {
  private static final Logger log = LoggerFactory.getLogger(RunGroups.class);

  /** What a worker's shell does, tried once: whether it may move itself is the kernel's to say. */
  private static final String ENTER =
      "read -r stat </proc/self/stat && echo \"${stat%% *}\" >\"$1/cgroup.procs\"";

  /** In the root of run directories: where the groups of the latest start are, for who comes after it. */
  static final String FILE = ".groups";

  private final @Nullable Path base;
  private final @Nullable Path former;
  private final Set<RunGroup> busy = ConcurrentHashMap.newKeySet();

  private RunGroups(@Nullable Path base, @Nullable Path former) {
    this.base = base;
    this.former = former;
  }

  /** Makes none. */
  public static RunGroups none() {
    return new RunGroups(null, null);
  }

  /** Those of a directory that is known to hold groups. */
  static RunGroups in(Path base) {
    return new RunGroups(base, null);
  }

  /** Tries whether groups can be made here, and says so in the log. */
  public static RunGroups ofThisHost(RunDirectories runs) {
    Optional<Path> own = CgroupMount.ownGroup(Path.of("/proc"));
    if (own.isEmpty()) {
      return none();
    }
    // one base per root of run directories: two launchers on a host may have runs of the same name
    Path base = own.get().resolve("talaria-" + shortName(runs.root().toString()));
    String problem = problem(base);
    if (problem != null) {
      log.info(
          "No control groups for workers ({}); their processes are found by session and environment.",
          problem);
      return none();
    }
    log.info("Each worker gets a control group in {}", base);
    Path former = noted(runs);
    try {
      DurableFiles.write(runs.root().resolve(FILE), (base + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      log.warn("Where the control groups are cannot be noted: {}", e.toString());
    }
    return new RunGroups(base, base.equals(former) ? null : former);
  }

  /** Where an earlier start made its groups: elsewhere, when it was started in another unit or by hand. */
  private static @Nullable Path noted(RunDirectories runs) {
    try {
      return Path.of(Files.readString(runs.root().resolve(FILE)).strip());
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException | InvalidPathException e) {
      log.warn("Where earlier control groups are cannot be read: {}", e.toString());
      return null;
    }
  }

  private static String shortName(String text) {
    CRC32 sum = new CRC32();
    sum.update(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits((int) sum.getValue());
  }

  private static @Nullable String problem(Path base) {
    RunGroup trial = new RunGroup(base.resolve(".trial"));
    try {
      Files.createDirectories(trial.path());
      if (!Files.exists(trial.path().resolve("cgroup.procs"))) {
        return base + " is no group of version 2";
      }
      return enters(trial.path()) ? null : "a process cannot enter " + trial.path();
    } catch (IOException e) {
      return e.toString();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    } finally {
      trial.remove();
    }
  }

  private static boolean enters(Path group) throws IOException, InterruptedException {
    Process shell = new ProcessBuilder(List.of("/bin/sh", "-c", ENTER, "enter", group.toString()))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
    shell.getOutputStream().close();
    return shell.waitFor(5, TimeUnit.SECONDS) && shell.exitValue() == 0;
  }

  /** Makes one for a run, by the name of its run directory; nothing where none can be made. */
  Optional<RunGroup> make(String run) {
    if (base == null) {
      return Optional.empty();
    }
    Path path = base.resolve(run);
    try {
      Files.createDirectories(path);
      return Optional.of(new RunGroup(path));
    } catch (IOException e) {
      log.warn("Run {} gets no control group: {}", run, e.toString());
      return Optional.empty();
    }
  }

  /** Removes one whose worker has ended, now or once the last process that it left behind has ended too. */
  void release(RunGroup group) {
    if (!group.remove()) {
      busy.add(group);
    }
  }

  /** Removes what could not be removed before. */
  void tidy() {
    busy.removeIf(RunGroup::remove);
  }

  /** Removes the place of all groups, unless there is one left in it. */
  void close() {
    tidy();
    if (base != null) {
      deleteIfEmpty(base);
    }
    if (former != null) {
      deleteIfEmpty(former);
    }
  }

  /** Removes what an earlier launcher left, but for runs that live. */
  void tidyAll(Predicate<String> lives) {
    if (base != null) {
      tidyIn(base, lives);
    }
    if (former != null) {
      tidyIn(former, lives);
      deleteIfEmpty(former);
    }
  }

  private void tidyIn(Path directory, Predicate<String> lives) {
    try (DirectoryStream<Path> groups = Files.newDirectoryStream(directory, Files::isDirectory)) {
      for (Path group : groups) {
        if (!lives.test(String.valueOf(group.getFileName()))) {
          release(new RunGroup(group));
        }
      }
    } catch (NoSuchFileException e) {
      log.debug("there are no groups in {}", directory);
    } catch (IOException e) {
      log.warn("Control groups in {} were not tidied: {}", directory, e.toString());
    }
  }

  private static void deleteIfEmpty(Path directory) {
    try {
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      log.debug("workers live on in {}", directory);
    }
  }
}
