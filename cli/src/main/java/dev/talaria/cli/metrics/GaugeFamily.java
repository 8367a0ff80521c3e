package dev.talaria.cli.metrics;

import dev.talaria.service.metrics.MeterDoc;
import dev.talaria.service.metrics.Meters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The gauges of one meter that are told of a whole board at a time. What a count leaves out falls to zero and stays there, so
 * that a series ends with what it counted and not with its last value. Thread-safe.
 */
final class GaugeFamily {
  private final Meters meters;
  private final MeterDoc doc;
  private final Map<List<String>, AtomicLong> series = new HashMap<>();

  /** @param doc whose first tag is the board */
  GaugeFamily(Meters meters, MeterDoc doc) {
    this.meters = meters;
    this.doc = doc;
  }

  /** Takes in what was counted for a board, by the values of the other tags. */
  synchronized void set(String board, Map<List<String>, Long> counted) {
    series.forEach((tags, value) -> {
      if (tags.get(0).equals(board) && !counted.containsKey(tags.subList(1, tags.size()))) {
        value.set(0);
      }
    });
    counted.forEach((others, n) -> set(board, others, n));
  }

  /** Takes in one value of a board. */
  synchronized void set(String board, List<String> others, long value) {
    List<String> tags = new ArrayList<>();
    tags.add(board);
    tags.addAll(others);
    series.computeIfAbsent(List.copyOf(tags), this::registered).set(value);
  }

  private AtomicLong registered(List<String> tags) {
    var value = new AtomicLong();
    meters.gauge(doc, value::get, tags.toArray(String[]::new));
    return value;
  }
}
