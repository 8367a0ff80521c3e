package dev.talaria.protocol.policy;

import org.jspecify.annotations.Nullable;

/**
 * What failed runs have cost. Counted are runs of the classes {@code task}, {@code protocol} and {@code provider}; what the
 * host or a launcher broke ({@code infra}, {@code lost}) is no spending of the task or its lane.
 *
 * @param attempts how many runs
 * @param seconds their run time
 * @param costMicros its price, in millionths of the unit that prices are given in; whole, so that the order of adding
 *     does not matter
 */
public record Burn(long attempts, long seconds, long costMicros) {
  public static final Burn NONE = new Burn(0, 0, 0);

  static final long MICROS = 1_000_000;

  /** What one run's end adds; prices are those of the policy in force. */
  public static Burn of(RunEnd end, @Nullable Budget budget) {
    return switch (end.failure()) {
      case TASK, PROTOCOL, PROVIDER -> new Burn(1, end.seconds(), cost(end, budget));
      case INFRA, LOST -> NONE;
    };
  }

  private static long cost(RunEnd end, @Nullable Budget budget) {
    Prices prices = budget == null ? null : budget.costPerMinute();
    return prices == null
        ? 0
        : Math.round(prices.ofMinute(end.model()) * MICROS * end.seconds() / 60);
  }

  public Burn plus(Burn other) {
    return new Burn(
        attempts + other.attempts, seconds + other.seconds, costMicros + other.costMicros);
  }

  /** The price in the unit that prices are given in. */
  public double cost() {
    return (double) costMicros / MICROS;
  }
}
