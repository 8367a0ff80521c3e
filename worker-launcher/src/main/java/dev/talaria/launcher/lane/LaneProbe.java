package dev.talaria.launcher.lane;

import dev.talaria.launcher.process.Executables;
import dev.talaria.launcher.process.RunAs;
import dev.talaria.launcher.process.SpawnFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether a lane's command can start on this host, without starting a worker.
 *
 * @param program what its workers are executed from
 * @param check a command that exits with 0 where all is well, such as {@code [agent, --version]}; empty for none
 * @param environment what the check runs with, and whose {@code PATH} both are looked for on
 * @param patience how long the check may take
 * @param runAs as whom workers, and the check, run; null for the launcher's own user
 */
public record LaneProbe(
    String program,
    List<String> check,
    Map<String, String> environment,
    Duration patience,
    @Nullable RunAs runAs) {
  /** For checks that ask a program for its version; some start an interpreter first. */
  public static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final String SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin";
  private static final int LONGEST_WORDS = 200;

  /** One of the launcher's own user. */
  public LaneProbe(
      String program, List<String> check, Map<String, String> environment, Duration patience) {
    this(program, check, environment, patience, null);
  }

  public LaneProbe {
    check = List.copyOf(check);
    environment = Map.copyOf(environment);
  }

  /** What is wrong, in one line; null when nothing is. Blocks for as long as the check takes. */
  @Nullable
  String problem() throws InterruptedException {
    Executables programs = Executables.on(environment.getOrDefault("PATH", SYSTEM_PATH));
    try {
      Path found = programs.require(program);
      RunAs.Account user = runAs == null ? null : runAs.account();
      if (user != null && !user.may("x", found)) {
        return "User '%s' of run_as may not execute '%s'. Give it the permission, or correct run_as."
            .formatted(user.user(), found);
      }
      return check.isEmpty() ? null : run(programs.require(check.get(0)), user);
    } catch (SpawnFailure e) {
      return e.reason();
    }
  }

  private @Nullable String run(Path executable, RunAs.@Nullable Account user)
      throws InterruptedException {
    List<String> argv = new ArrayList<>(check);
    argv.set(0, executable.toString());
    String words = String.join(" ", check);
    ProcessBuilder builder = new ProcessBuilder(user == null ? argv : user.command(argv))
        .directory(Path.of("/").toFile())
        .redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    if (user != null) {
      builder.environment().putAll(user.environment());
    }
    Path output;
    try {
      output = Files.createTempFile("lane-check", ".out");
    } catch (IOException e) {
      return "Its check '%s' cannot be tried: %s".formatted(words, e.getMessage());
    }
    try {
      // into a file: whatever it leaves running must not keep us reading
      Process process = builder.redirectOutput(output.toFile()).start();
      process.getOutputStream().close();
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        return "Its check '%s' did not end within %d s.".formatted(words, patience.toSeconds());
      }
      return process.exitValue() == 0
          ? null
          : "Its check '%s' exited with %d%s".formatted(words, process.exitValue(), said(output));
    } catch (IOException e) {
      return "Its check '%s' cannot be started: %s".formatted(words, e.getMessage());
    } finally {
      delete(output);
    }
  }

  private static String said(Path output) throws IOException {
    String text = new String(Files.readAllBytes(output), StandardCharsets.UTF_8).strip();
    String line = text.lines().reduce("", (first, last) -> last).strip();
    String shown = line.length() > LONGEST_WORDS ? line.substring(0, LONGEST_WORDS) : line;
    return shown.isEmpty() ? "." : ": " + shown;
  }

  private static void delete(Path output) {
    try {
      Files.deleteIfExists(output);
    } catch (IOException e) {
      output.toFile().deleteOnExit();
    }
  }
}
