package dev.talaria.streams;

/**
 * Says which decisions are worth a commit of their own. Left alone, a decision is committed when the commit interval has
 * passed and the next record comes, or {@code poll.ms} later. A commit takes 4 to 10 ms, on a busy machine 20 and more, so
 * committing each decision would hold a burst down to 50 a second. Hence an allowance, which a burst uses up and which
 * refills more slowly than commits can follow each other; and none for a decision that is late already, because then
 * there is a backlog, and each commit makes those behind it later.
 *
 * <p>Not thread-safe: one per processor.
 */
final class CommitPace {
  static final int BURST = 40;
  static final int PER_SECOND = 20;

  /** Two commit intervals and a half: what waited so long did not come to an idle topology. */
  static final long LATE_MILLIS = 250;

  private double allowance = BURST;
  private long asked;

  /**
   * Whether to commit now.
   *
   * @param now epoch milliseconds
   * @param sentAt when the record that is answered was sent, epoch milliseconds by its sender's clock
   */
  boolean isDue(long now, long sentAt) {
    long passed = Math.max(0, now - asked);
    asked = now;
    allowance = Math.min(BURST, allowance + passed * PER_SECOND / 1_000.0);
    if (allowance < 1 || now - sentAt > LATE_MILLIS) {
      return false;
    }
    allowance -= 1;
    return true;
  }
}
