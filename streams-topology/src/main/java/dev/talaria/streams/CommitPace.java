package dev.talaria.streams;

/**
 * Says which decisions are worth a commit of their own. A decision that follows the last commit by less than the commit
 * interval would be committed when the next record comes or {@code poll.ms} ends, a quarter of a second later. A commit
 * takes 4 to 10 ms, so committing each one would hold a burst down to 100 a second. Hence an allowance, which a burst uses
 * up and which refills more slowly than commits can follow each other.
 *
 * <p>Not thread-safe: one per processor.
 */
final class CommitPace {
  static final int BURST = 40;
  static final int PER_SECOND = 20;

  private double allowance = BURST;
  private long asked;

  /** Whether to commit at this time, in epoch milliseconds. */
  boolean isDue(long now) {
    long passed = Math.max(0, now - asked);
    asked = now;
    allowance = Math.min(BURST, allowance + passed * PER_SECOND / 1_000.0);
    if (allowance < 1) {
      return false;
    }
    allowance -= 1;
    return true;
  }
}
