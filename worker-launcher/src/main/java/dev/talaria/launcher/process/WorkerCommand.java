package dev.talaria.launcher.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to start.
 *
 * @param argv program and arguments; the program by name or absolute path
 * @param environment all of the worker's environment: nothing else is inherited
 * @param workspace its working directory, which exists
 * @param log the file that its output is appended to
 * @param timeLimit after which it is stopped, or null for never
 * @param user as whom it runs; null for the launcher's own
 */
public record WorkerCommand(
    List<String> argv,
    Map<String, String> environment,
    Path workspace,
    Path log,
    @Nullable Duration timeLimit,
    RunAs.@Nullable Account user) {
  /** One of the launcher's own user. */
  public WorkerCommand(
      List<String> argv,
      Map<String, String> environment,
      Path workspace,
      Path log,
      @Nullable Duration timeLimit) {
    this(argv, environment, workspace, log, timeLimit, null);
  }

  public WorkerCommand {
    argv = List.copyOf(argv);
    environment = Map.copyOf(environment);
    if (argv.isEmpty()) {
      throw new IllegalArgumentException("A worker command needs a program.");
    }
    if (timeLimit != null && (timeLimit.isNegative() || timeLimit.isZero())) {
      throw new IllegalArgumentException("A time limit is positive, not %s.".formatted(timeLimit));
    }
  }
}
