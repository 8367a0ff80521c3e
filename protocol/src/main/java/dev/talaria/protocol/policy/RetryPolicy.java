package dev.talaria.protocol.policy;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * The policy in force for one task, as it travels on the record that ends a run: topology, fall-back and replay all judge
 * from the same record (REVIEW R5).
 *
 * @param limit failures of class {@code task} at which the task is given up; 0 or less trips at once
 * @param source where the limit comes from
 * @param ladder which model follows which
 * @param escalateBeforeGivingUp whether a board's limit counts from the ladder's last rung on
 * @param backoff wait before the next attempt
 * @param silentExit what becomes of a task whose worker exited with 0 in silence
 * @param rateLimit how long, and how often, a task waits for its provider
 * @param infraBackoffSeconds wait after a fault of the host
 * @param systemic when equal failures of several tasks count as one
 * @param budget what failed runs may cost; absent for no bounds
 */
public record RetryPolicy(
    int limit,
    LimitSource source,
    Ladder ladder,
    boolean escalateBeforeGivingUp,
    Backoff backoff,
    SilentExit silentExit,
    RateLimit rateLimit,
    long infraBackoffSeconds,
    Systemic systemic,
    @Nullable Budget budget) {
  /** hermes's own limit. */
  public static final int DEFAULT_LIMIT = 2;

  public static final RetryPolicy DEFAULT = new RetryPolicy(
      DEFAULT_LIMIT,
      LimitSource.DEFAULT,
      Ladder.NONE,
      false,
      Backoff.NONE,
      SilentExit.BLOCK,
      RateLimit.DEFAULT,
      10,
      Systemic.DEFAULT);

  /** One without a budget. */
  public RetryPolicy(
      int limit,
      LimitSource source,
      Ladder ladder,
      boolean escalateBeforeGivingUp,
      Backoff backoff,
      SilentExit silentExit,
      RateLimit rateLimit,
      long infraBackoffSeconds,
      Systemic systemic) {
    this(
        limit,
        source,
        ladder,
        escalateBeforeGivingUp,
        backoff,
        silentExit,
        rateLimit,
        infraBackoffSeconds,
        systemic,
        null);
  }

  public RetryPolicy withBudget(@Nullable Budget bounds) {
    return new RetryPolicy(
        limit,
        source,
        ladder,
        escalateBeforeGivingUp,
        backoff,
        silentExit,
        rateLimit,
        infraBackoffSeconds,
        systemic,
        bounds);
  }

  /** The same policy for the tasks of a lane. */
  public RetryPolicy forLane(@Nullable String lane) {
    return budget == null ? this : withBudget(budget.forLane(lane));
  }

  /** The same policy for a task; its own {@code max_retries}, where it has one, wins over any other limit. */
  public RetryPolicy forTask(@Nullable Integer maxRetries) {
    return maxRetries == null
        ? this
        : new RetryPolicy(
            maxRetries,
            LimitSource.TASK,
            ladder,
            escalateBeforeGivingUp,
            backoff,
            silentExit,
            rateLimit,
            infraBackoffSeconds,
            systemic,
            budget);
  }

  /** What a silent exit leads to; a task whose own {@code max_retries} is not used up is retried in any case. */
  public enum SilentExit {
    @JsonProperty("block")
    BLOCK,
    @JsonProperty("retry")
    RETRY,
    @JsonProperty("give_up")
    GIVE_UP
  }

  /**
   * Bounds of waiting for a provider. Not a failure, but not for ever either.
   *
   * @param cooldownSeconds before the next attempt
   * @param maxWaits in a row
   * @param maxSeconds from the first of them on
   */
  public record RateLimit(long cooldownSeconds, int maxWaits, long maxSeconds) {
    public static final RateLimit DEFAULT = new RateLimit(60, 10, 6 * 3600);

    public RateLimit {
      if (cooldownSeconds < 0 || maxWaits < 0 || maxSeconds < 0) {
        throw new IllegalArgumentException("rate_limit takes no negative values.");
      }
    }
  }

  /**
   * When the same failure of several tasks is one failure, and what comes of that incident.
   *
   * @param tasks so many different tasks of a board; 0 turns it off
   * @param windowSeconds within so many seconds
   * @param closeAfterSeconds an incident closes after so many seconds without such a failure; absent on records of a
   *     writer that knew of no incidents, as are the next two
   * @param pauseLane whether the lane starts nothing but probes while its incident is open
   * @param probeAfterSeconds until the first probe; each one that fails doubles it
   */
  public record Systemic(
      int tasks,
      long windowSeconds,
      @Nullable Long closeAfterSeconds,
      @Nullable Boolean pauseLane,
      @Nullable Long probeAfterSeconds) {
    public static final Systemic DEFAULT = new Systemic(3, 300);

    public static final long DEFAULT_CLOSE_AFTER = 15 * 60;
    public static final long DEFAULT_PROBE_AFTER = 5 * 60;

    /** A probe comes at least this often, unless the first one is to come later than that. */
    private static final long LONGEST_PROBE_DELAY = 3_600;

    public Systemic {
      if (tasks < 0 || tasks == 1 || windowSeconds < 0) {
        throw new IllegalArgumentException(
            "systemic is %d tasks in %d s; expected 0 (off), or 2 or more tasks."
                .formatted(tasks, windowSeconds));
      }
      if (closeAfterSeconds != null && closeAfterSeconds < 1
          || probeAfterSeconds != null && probeAfterSeconds < 1) {
        throw new IllegalArgumentException(
            "systemic.close_after is %s s and systemic.probe_after %s s; expected 1 s or more."
                .formatted(closeAfterSeconds, probeAfterSeconds));
      }
    }

    /** With what else there is at its default. */
    public Systemic(int tasks, long windowSeconds) {
      this(tasks, windowSeconds, null, null, null);
    }

    /** Seconds without such a failure after which an incident is over. */
    public long quietSeconds() {
      return closeAfterSeconds == null ? DEFAULT_CLOSE_AFTER : closeAfterSeconds;
    }

    public boolean pausesLane() {
      return Boolean.TRUE.equals(pauseLane);
    }

    /** Seconds until the first probe. */
    public long firstProbeSeconds() {
      return probeAfterSeconds == null ? DEFAULT_PROBE_AFTER : probeAfterSeconds;
    }

    /**
     * Seconds until the next probe after so many that failed: doubled with each, up to an hour.
     *
     * @param first seconds until the first probe
     */
    public static long probeDelay(long first, int failed) {
      long longest = Math.max(first, LONGEST_PROBE_DELAY);
      return Math.min(longest, first << Math.min(failed, 20));
    }
  }
}
