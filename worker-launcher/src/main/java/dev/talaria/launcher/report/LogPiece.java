package dev.talaria.launcher.report;

import java.util.Optional;

/**
 * Which part of a worker's output is sent next: the head as it grows, and the tail once the run has ended. Pure.
 *
 * @param from the first byte
 * @param to the byte after the last
 * @param dropped how many bytes before {@code from} are never sent
 */
record LogPiece(long from, long to, long dropped) {
  /** Of one run's output; together they are what a topic holds of a run at most. */
  static final long HEAD = 128 * 1024;

  static final long TAIL = 128 * 1024;

  /**
   * The next piece.
   *
   * @param next up to where the output was sent
   * @param size how long it is now
   * @param ended whether it grows no more
   */
  static Optional<LogPiece> next(long next, long size, boolean ended) {
    if (!ended) {
      long to = Math.min(size, HEAD);
      return to > next ? Optional.of(new LogPiece(next, to, 0)) : Optional.empty();
    }
    if (size <= next) {
      return Optional.empty();
    }
    long from = Math.max(next, size - TAIL);
    return Optional.of(new LogPiece(from, size, from - next));
  }
}
