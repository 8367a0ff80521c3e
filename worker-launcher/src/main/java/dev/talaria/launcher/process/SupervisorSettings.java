package dev.talaria.launcher.process;

import java.time.Duration;

/**
 * How a supervisor works.
 *
 * @param grace between TERM and KILL
 * @param pollInterval how often adopted runs are looked at
 * @param startPatience after which a run that the forker did not start is given to it again
 * @param tailBytes how much of the output goes with the end of a run
 */
public record SupervisorSettings(
    Duration grace, Duration pollInterval, Duration startPatience, int tailBytes) {
  /** 10 s as hermes waits before it kills; 4 KiB hold the last words of most tools. */
  public static final SupervisorSettings DEFAULT = new SupervisorSettings(
      Duration.ofSeconds(10), Duration.ofMillis(200), Duration.ofSeconds(10), 4096);

  public SupervisorSettings {
    if (grace.isNegative()
        || pollInterval.toMillis() < 1
        || startPatience.isNegative()
        || tailBytes < 0) {
      throw new IllegalArgumentException(
          "Supervisor settings %s, %s, %s, %d; expected none to be negative and a poll interval of at least 1 ms."
              .formatted(grace, pollInterval, startPatience, tailBytes));
    }
  }
}
