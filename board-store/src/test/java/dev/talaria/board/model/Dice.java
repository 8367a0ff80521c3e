package dev.talaria.board.model;

import java.util.List;
import java.util.Random;

/** Chooses symbolic arguments. */
final class Dice {
  static final int SPAN = 100;
  static final int RUNNING = 1;
  static final int READY = 2;
  static final int HELD = 3;
  static final int BLOCKED = 4;
  static final int REVIEW = 5;
  static final int DONE = 6;
  static final int TRIAGE = 7;

  private static final int NEAR = 9;
  private static final int NOBODY = 40;

  private final Random random;

  Dice(long seed) {
    random = new Random(seed);
  }

  int below(int n) {
    return random.nextInt(n);
  }

  boolean once(int in) {
    return random.nextInt(in) == 0;
  }

  /** Mostly one of the newest tasks, seldom nobody. */
  int task() {
    return once(NOBODY) ? -1 : random.nextInt(NEAR);
  }

  /** Mostly one in the state that the act is about. */
  int task(int kind) {
    return once(4) ? task() : kind * SPAN + random.nextInt(3);
  }

  @SafeVarargs
  final <T> T of(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  <T> T of(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  RunRef run() {
    return of(RunRef.NONE, RunRef.CURRENT, RunRef.CURRENT, RunRef.STALE);
  }

  /** Mostly little time, sometimes a clock that steps back, seldom an hour or two days. */
  long seconds() {
    return switch (random.nextInt(160)) {
      case 0 -> 3_600;
      case 1 -> 2 * Model.DAY;
      case 2, 3, 4, 5, 6, 7, 8 -> 70;
      case 9, 10, 11, 12 -> -1;
      default -> random.nextInt(3);
    };
  }
}
