package dev.talaria.streams;

import dev.talaria.protocol.policy.Backoff;
import dev.talaria.protocol.policy.Ladder;
import dev.talaria.protocol.policy.LimitSource;
import dev.talaria.protocol.policy.RetryPolicy;
import dev.talaria.protocol.policy.RetryPolicy.RateLimit;
import dev.talaria.protocol.policy.RetryPolicy.SilentExit;
import dev.talaria.protocol.policy.RetryPolicy.Systemic;

/** Builds a board's policy for a test; what is not said is the default. */
final class Policies {
  private int limit = RetryPolicy.DEFAULT_LIMIT;
  private Ladder ladder = Ladder.NONE;
  private boolean climbFirst;
  private Backoff backoff = Backoff.NONE;
  private SilentExit silentExit = SilentExit.BLOCK;
  private RateLimit rateLimit = RateLimit.DEFAULT;
  private Systemic systemic = Systemic.DEFAULT;

  Policies limit(int value) {
    limit = value;
    return this;
  }

  Policies ladder(Ladder value) {
    ladder = value;
    return this;
  }

  Policies climbFirst() {
    climbFirst = true;
    return this;
  }

  Policies backoff(Backoff value) {
    backoff = value;
    return this;
  }

  Policies silentExit(SilentExit value) {
    silentExit = value;
    return this;
  }

  Policies rateLimit(RateLimit value) {
    rateLimit = value;
    return this;
  }

  Policies systemic(Systemic value) {
    systemic = value;
    return this;
  }

  RetryPolicy build() {
    return new RetryPolicy(
        limit, LimitSource.BOARD, ladder, climbFirst, backoff, silentExit, rateLimit, 10, systemic);
  }
}
