package dev.talaria.board.transition;

import dev.talaria.board.text.WholeNumber;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** For how long a claim holds before it must be extended, in seconds. */
public final class ClaimTtl {
  /** hermes's: fifteen minutes. */
  public static final long DEFAULT_SECONDS = 900;

  private static final String VARIABLE = "HERMES_KANBAN_CLAIM_TTL_SECONDS";

  private ClaimTtl() {}

  /** The default of this environment: {@code HERMES_KANBAN_CLAIM_TTL_SECONDS} when it is a positive whole number. */
  public static long of(Map<String, String> environment) {
    OptionalLong seconds = WholeNumber.parse(environment.get(VARIABLE));
    return seconds.isPresent() && seconds.getAsLong() > 0 ? seconds.getAsLong() : DEFAULT_SECONDS;
  }

  /** What a caller asked for, which wins and is at least a second; the default when nothing was asked for. */
  public static long of(Map<String, String> environment, @Nullable Long asked) {
    return asked == null ? of(environment) : Math.max(1, asked);
  }
}
