package dev.talaria.launcher.process;

import dev.talaria.launcher.rundir.DurableFiles;
import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.protocol.id.RunKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One shell beside the launcher ({@code guard.sh}) that outlives it: when the launcher has been gone for as long as a run's
 * lane allows, and no other has taken over, it ends that run's worker. Needs {@code /proc}, by which it tells a worker from
 * a process that got its id.
 */
public final class Guard implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Guard.class);
  private static final String SCRIPT = "guard.sh";
  private static final String TOKEN = ".guard";
  private static final String ORDER = "stop_after";

  private final Path runsRoot;
  private final String token;
  private final ForkerTools tools;
  private final Duration grace;
  private @Nullable Process shell;

  /**
   * A guard.
   *
   * @param token of this start of the launcher
   * @param grace between asking a worker to end and killing it
   */
  public Guard(Path runsRoot, String token, ForkerTools tools, Duration grace) {
    this.runsRoot = runsRoot;
    this.token = token;
    this.tools = tools;
    this.grace = grace;
  }

  /** Takes the runs over from the guard of an earlier start, which then ends; to be called before workers are taken up. */
  public void takeOver() throws IOException {
    DurableFiles.write(runsRoot.resolve(TOKEN), (token + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Starts to guard the runs that have an {@link #order}. */
  public synchronized void start() throws IOException {
    if (!Files.isReadable(Path.of("/proc/self/stat"))) {
      log.warn(
          "There is no /proc here: when this launcher is killed, workers of lanes with stop_after go on until it returns.");
      return;
    }
    Path script = runsRoot.resolve("." + SCRIPT);
    try (InputStream source = Objects.requireNonNull(Guard.class.getResourceAsStream(SCRIPT))) {
      DurableFiles.write(script, source.readAllBytes());
    }
    List<String> command = new ArrayList<>();
    if (tools.setsid() != null) {
      command.add(tools.setsid().toString());
    }
    command.addAll(List.of(
        "/bin/sh",
        script.toString(),
        runsRoot.toString(),
        token,
        Long.toString(Math.max(1, grace.toSeconds()))));
    ProcessBuilder builder = new ProcessBuilder(command)
        .directory(Path.of("/").toFile())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(runsRoot.resolve(".guard.err").toFile());
    builder.environment().clear();
    shell = builder.start();
  }

  /** Asks the guard to end this run's worker when its launcher has been gone for so long. */
  public static void order(RunDirectory directory, RunKey run, Path workerLog, Duration stopAfter)
      throws IOException {
    directory.write(
        ORDER, "%d\n%s\n%s\n".formatted(Math.max(1, stopAfter.toSeconds()), run, workerLog));
  }

  /** The launcher goes, in order or not: from here on the guard counts. */
  @Override
  public synchronized void close() {
    try {
      if (shell != null) {
        shell.getOutputStream().close();
      }
    } catch (IOException e) {
      log.debug("The guard was gone already: {}", e.toString());
    }
  }
}
