package dev.talaria.launcher.lane;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether a lane's workers can be started here, as far as is known. Its command is looked at now and then, more often while
 * something is wrong with it; a lane whose workers cannot be started several times in a row is put aside for a while that grows.
 * Times are monotonic nanoseconds. Immutable.
 *
 * @param fault why it is not served, or null while it is
 * @param failures workers in a row that this host could not start
 * @param pause how long it stays aside, or until the next look
 * @param nextLook when its command is to be looked at again
 */
public record LaneHealth(@Nullable String fault, int failures, Duration pause, long nextLook) {
  /** One may be the task's bad luck, and two may come from one full moment. */
  static final int FAILURES_IN_A_ROW = 3;

  static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  static final Duration FIRST_PAUSE_ASIDE = Duration.ofSeconds(10);
  static final Duration LONGEST_PAUSE_ASIDE = Duration.ofMinutes(10);
  static final Duration BETWEEN_LOOKS = Duration.ofMinutes(3);

  /** The fault of a lane of which nothing is known yet. */
  static final String NOT_TRIED = "its command was not tried yet";

  static LaneHealth unknown(long now) {
    return new LaneHealth(NOT_TRIED, 0, Duration.ZERO, now);
  }

  boolean isDue(long now) {
    return now - nextLook >= 0;
  }

  boolean serves() {
    return fault == null;
  }

  /** Its command was looked at, with this problem or none. */
  LaneHealth looked(@Nullable String problem, long now) {
    if (problem == null) {
      // on trial after a pause aside: the count stays until a worker has started
      boolean aside = failures >= FAILURES_IN_A_ROW;
      Duration kept = aside ? pause : Duration.ZERO;
      return new LaneHealth(null, failures, kept, now + BETWEEN_LOOKS.toNanos());
    }
    Duration next = longer(pause, FIRST_PAUSE, LONGEST_PAUSE);
    return new LaneHealth(problem, failures, next, now + next.toNanos());
  }

  /** This host could not start a worker of it. */
  LaneHealth notStarted(String reason, long now) {
    int inARow = failures + 1;
    if (fault != null) {
      return new LaneHealth(fault, inARow, pause, nextLook); // more that were under way already
    }
    if (inARow < FAILURES_IN_A_ROW) {
      return new LaneHealth(null, inARow, pause, now); // its command may be gone: look at once
    }
    Duration aside = longer(pause, FIRST_PAUSE_ASIDE, LONGEST_PAUSE_ASIDE);
    String words = "%d workers in a row could not be started here: %s".formatted(inARow, reason);
    return new LaneHealth(words, inARow, aside, now + aside.toNanos());
  }

  /** A worker of it runs. */
  LaneHealth started() {
    return failures == 0 ? this : new LaneHealth(fault, 0, Duration.ZERO, nextLook);
  }

  private static Duration longer(Duration last, Duration first, Duration most) {
    Duration next = last.compareTo(first) < 0 ? first : last.multipliedBy(2);
    return next.compareTo(most) > 0 ? most : next;
  }
}
