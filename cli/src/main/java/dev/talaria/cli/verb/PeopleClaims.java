package dev.talaria.cli.verb;

import dev.talaria.board.transition.ClaimTtl;
import dev.talaria.cli.HostName;
import dev.talaria.cli.Surroundings;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Claims that people and scripts make with {@code claim}. The process that made one has ended at once, so the lock says
 * only that somebody on this host has the task; whoever is told the lock may say it in {@code HERMES_KANBAN_CLAIM_LOCK}.
 */
final class PeopleClaims {
  /** Ten years: no claim is meant to hold longer, and a sum of seconds must not overflow. */
  private static final long LONGEST = 315_360_000;

  private static final String MARK = ":cli";

  private PeopleClaims() {}

  static String newLock() {
    return HostName.system() + ":" + ProcessHandle.current().pid() + MARK;
  }

  /** For how long a claim holds. */
  static long seconds(Surroundings surroundings, @Nullable Long asked) {
    return Math.min(LONGEST, ClaimTtl.of(surroundings.environment(), asked));
  }

  /** The lock that the caller holds on a task: the one in its environment, or one that was made by {@code claim} here. */
  static Optional<String> held(Surroundings surroundings, @Nullable String lock) {
    String told = surroundings.variable("HERMES_KANBAN_CLAIM_LOCK");
    if (!told.isEmpty()) {
      return Optional.of(told);
    }
    String form = Pattern.quote(HostName.system()) + ":\\d+" + MARK;
    return Optional.ofNullable(lock).filter(it -> it.matches(form));
  }
}
