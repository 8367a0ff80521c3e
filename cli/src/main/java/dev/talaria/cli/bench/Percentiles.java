package dev.talaria.cli.bench;

import java.util.Arrays;
import java.util.List;

/** Figures in order. A percentile is the smallest sample that so many of them do not exceed. */
final class Percentiles {
  private final double[] sorted;

  Percentiles(double... samples) {
    if (samples.length == 0) {
      throw new IllegalArgumentException("no samples");
    }
    sorted = samples.clone();
    Arrays.sort(sorted);
  }

  static Percentiles of(List<Double> samples) {
    return new Percentiles(samples.stream().mapToDouble(Double::doubleValue).toArray());
  }

  double at(double percent) {
    int rank = (int) Math.ceil(percent / 100 * sorted.length);
    return sorted[Math.min(sorted.length, Math.max(1, rank)) - 1];
  }

  double max() {
    return sorted[sorted.length - 1];
  }
}
