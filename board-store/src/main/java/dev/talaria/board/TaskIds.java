package dev.talaria.board;

import java.util.random.RandomGenerator;

/** Where new task ids come from; injected, so that tests repeat. */
@FunctionalInterface
public interface TaskIds {
  String next();

  /** hermes's form: {@code t_} and eight lower-case hex digits of four random bytes. */
  static TaskIds random(RandomGenerator random) {
    return () -> "t_%08x".formatted(random.nextInt());
  }
}
