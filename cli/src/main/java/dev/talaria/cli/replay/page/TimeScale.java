package dev.talaria.cli.replay.page;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * Where moments stand on a picture. Time runs evenly but for long stretches in which nothing happens: these are cut short,
 * and the picture marks them, or an attempt of a minute would be invisible beside a night of waiting.
 */
final class TimeScale {
  /** A stretch without anything is drawn no longer than so much of the time in which something was. */
  private static final double LONGEST_GAP = 0.2;

  private final List<Long> moments;
  private final List<Double> places = new ArrayList<>();
  private final List<Cut> cuts = new ArrayList<>();

  /** A stretch that was cut short: its middle on the picture, and its seconds. */
  record Cut(double at, long seconds) {}

  /** From one moment to the next something ran; epoch seconds. */
  record Busy(long from, long to) {}

  /**
   * Over all moments.
   *
   * @param moments epoch seconds, at least one
   * @param width of the picture
   */
  TimeScale(Collection<Long> moments, List<Busy> busy, double width) {
    var sorted = new TreeSet<>(moments);
    busy.forEach(it -> sorted.addAll(List.of(it.from(), it.to())));
    this.moments = List.copyOf(sorted);
    double worked = 0;
    for (int i = 1; i < this.moments.size(); i++) {
      worked += isBusy(i, busy) ? seconds(i) : 0;
    }
    double longest = Math.max(1, LONGEST_GAP * Math.max(worked, 5));
    double whole = 0;
    places.add(0.0);
    List<Integer> cut = new ArrayList<>();
    for (int i = 1; i < this.moments.size(); i++) {
      boolean shortened = !isBusy(i, busy) && seconds(i) > longest;
      whole += shortened ? longest : seconds(i);
      places.add(whole);
      if (shortened) {
        cut.add(i);
      }
    }
    double scale = whole == 0 ? 0 : width / whole;
    places.replaceAll(place -> place * scale);
    cut.forEach(i -> cuts.add(new Cut((places.get(i - 1) + places.get(i)) / 2, seconds(i))));
  }

  private long seconds(int i) {
    return moments.get(i) - moments.get(i - 1);
  }

  private boolean isBusy(int i, List<Busy> busy) {
    return busy.stream()
        .anyMatch(it -> it.from() <= moments.get(i - 1) && it.to() >= moments.get(i));
  }

  /** Where one of the moments stands, from 0 to the width. */
  double at(long moment) {
    int place = moments.indexOf(moment);
    if (place < 0) {
      throw new IllegalArgumentException(moment + " is none of the moments of this picture");
    }
    return places.get(place);
  }

  List<Cut> cuts() {
    return List.copyOf(cuts);
  }

  long first() {
    return moments.get(0);
  }

  long last() {
    return moments.get(moments.size() - 1);
  }
}
