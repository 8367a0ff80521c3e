package dev.talaria.service.metrics;

import io.micrometer.core.instrument.Gauge;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The gauges of one meter that are told of a whole board at a time. What a count leaves out falls to zero and stays there, so
 * that a series ends with what it counted and not with its last value. Thread-safe.
 */
public final class GaugeFamily {
  private final Meters meters;
  private final MeterDoc doc;
  private final Map<List<String>, Series> series = new HashMap<>();

  private record Series(AtomicLong value, Gauge gauge) {}

  /** @param doc whose first tag is the board */
  public GaugeFamily(Meters meters, MeterDoc doc) {
    this.meters = meters;
    this.doc = doc;
  }

  /** Takes in what was counted for a board, by the values of the other tags. */
  public synchronized void set(String board, Map<List<String>, Long> counted) {
    series.forEach((tags, it) -> {
      if (tags.get(0).equals(board) && !counted.containsKey(tags.subList(1, tags.size()))) {
        it.value().set(0);
      }
    });
    counted.forEach((others, n) -> set(board, others, n));
  }

  /** Takes in one value of a board. */
  public synchronized void set(String board, List<String> others, long value) {
    List<String> tags = new ArrayList<>();
    tags.add(board);
    tags.addAll(others);
    series.computeIfAbsent(List.copyOf(tags), this::registered).value().set(value);
  }

  /** The board is no longer counted here: its series end, since another process may tell them now. */
  public synchronized void remove(String board) {
    series.entrySet().removeIf(it -> {
      boolean gone = it.getKey().get(0).equals(board);
      if (gone) {
        meters.registry().remove(it.getValue().gauge());
      }
      return gone;
    });
  }

  private Series registered(List<String> tags) {
    var value = new AtomicLong();
    return new Series(value, meters.gauge(doc, value::get, tags.toArray(String[]::new)));
  }
}
