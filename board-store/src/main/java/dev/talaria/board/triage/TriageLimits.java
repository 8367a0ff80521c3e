package dev.talaria.board.triage;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How much a model may take.
 *
 * @param specifyTokens most tokens of a specification
 * @param decomposeTokens most tokens of a division
 */
public record TriageLimits(
    Duration specifyTimeout, Duration decomposeTimeout, int specifyTokens, int decomposeTokens) {
  /** hermes's. */
  public static final TriageLimits DEFAULT =
      new TriageLimits(Duration.ofSeconds(120), Duration.ofSeconds(180), 6000, 4000);

  private static final int FEWEST_TOKENS = 1500;

  /** The same with one time-out for both; null leaves them. */
  public TriageLimits withTimeout(@Nullable Duration timeout) {
    return timeout == null
        ? this
        : new TriageLimits(timeout, timeout, specifyTokens, decomposeTokens);
  }

  /** These with {@code HERMES_KANBAN_SPECIFY_MAX_TOKENS} applied, at least 1500; what is no number is ignored. */
  public TriageLimits withEnvironment(Map<String, String> environment) {
    String value =
        environment.getOrDefault("HERMES_KANBAN_SPECIFY_MAX_TOKENS", "").strip();
    try {
      int tokens = Math.max(FEWEST_TOKENS, Integer.parseInt(value));
      return new TriageLimits(specifyTimeout, decomposeTimeout, tokens, decomposeTokens);
    } catch (NumberFormatException e) {
      return this;
    }
  }
}
