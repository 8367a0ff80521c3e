package dev.talaria.protocol.policy;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A bound of a budget that failed runs have used up.
 *
 * @param scope whose budget
 * @param lane that the task was in; always there with {@link Scope#LANE}
 * @param bound of what
 * @param spent so much; of a cost, in millionths of the unit that prices are given in
 * @param allowed so much, in the same measure
 * @param windowSeconds with {@link Scope#LANE}: within so many seconds
 */
public record UsedUp(
    Scope scope,
    @Nullable String lane,
    Bound bound,
    long spent,
    long allowed,
    @Nullable Long windowSeconds) {

  /** Whose budget it is. */
  public enum Scope {
    @JsonProperty("task")
    TASK,
    @JsonProperty("lane")
    LANE
  }

  /** What is bounded. */
  public enum Bound {
    @JsonProperty("attempts")
    ATTEMPTS,
    @JsonProperty("seconds")
    SECONDS,
    @JsonProperty("cost")
    COST
  }

  static Optional<UsedUp> find(
      Scope scope,
      @Nullable String lane,
      Burn burn,
      @Nullable Long attempts,
      @Nullable Long seconds,
      @Nullable Double cost,
      @Nullable Long windowSeconds) {
    if (attempts != null && burn.attempts() >= attempts) {
      return Optional.of(
          new UsedUp(scope, lane, Bound.ATTEMPTS, burn.attempts(), attempts, windowSeconds));
    }
    if (seconds != null && burn.seconds() >= seconds) {
      return Optional.of(
          new UsedUp(scope, lane, Bound.SECONDS, burn.seconds(), seconds, windowSeconds));
    }
    long micros = cost == null ? 0 : Math.round(cost * Burn.MICROS);
    return cost == null || burn.costMicros() < micros
        ? Optional.empty()
        : Optional.of(
            new UsedUp(scope, lane, Bound.COST, burn.costMicros(), micros, windowSeconds));
  }

  /** In words, for the reason of a decision. */
  public String words() {
    String whose = scope == Scope.TASK ? "the task" : "lane '" + lane + "'";
    String within = windowSeconds == null ? "" : " in " + windowSeconds / 3600 + " h";
    return "the budget of %s is used up: %s%s".formatted(whose, measured(), within);
  }

  private String measured() {
    return switch (bound) {
      case ATTEMPTS -> "%d of %d failed runs".formatted(spent, allowed);
      case SECONDS -> "%d of %d s of failed runs".formatted(spent, allowed);
      case COST ->
        String.format(
            Locale.ROOT,
            "failed runs cost %.2f of %.2f",
            (double) spent / Burn.MICROS,
            (double) allowed / Burn.MICROS);
    };
  }
}
