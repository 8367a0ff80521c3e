package dev.talaria.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * All that a command sees of the process that it runs in, so that a test can give it another.
 *
 * @param userHome the user's home directory
 * @param workingDirectory what relative paths in arguments start from
 * @param out data
 * @param err talk
 * @param zone in which people read times
 * @param pauses how a verb that follows something waits
 */
public record Surroundings(
    Map<String, String> environment,
    Path userHome,
    Path workingDirectory,
    PrintWriter out,
    PrintWriter err,
    Terminal terminal,
    InstantSource clock,
    ZoneId zone,
    RandomGenerator random,
    Pauses pauses) {

  /** How long verbs wait, and for how long they go on. */
  @FunctionalInterface
  public interface Pauses {
    /** Waits; false when the verb is to end. */
    boolean pause(Duration duration);
  }

  public Surroundings {
    environment = Map.copyOf(environment);
  }

  /** A variable of the environment, stripped; empty when it is not set. */
  public String variable(String name) {
    return environment.getOrDefault(name, "").strip();
  }

  /** Whether failures are told with their stack traces. */
  public boolean debug() {
    return variable("TALARIA_DEBUG").equals("1");
  }
}
