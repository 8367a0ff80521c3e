package dev.talaria.service.metrics;

import io.micrometer.core.instrument.Meter;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a meter is registered, and what the page says of it.
 *
 * @param name dotted and lower-case
 * @param description what is counted and when, its unit, and what to conclude from it
 * @param baseUnit null for counters and timers
 * @param tags keys, in the order in which registrations give their values
 * @param buckets upper bounds of a timer's histogram; none for the others
 */
public record MeterSpec(
    Type type,
    String name,
    String description,
    @Nullable String baseUnit,
    List<String> tags,
    List<Duration> buckets) {
  /** What takes as long as a machine takes: a millisecond to a minute. */
  private static final List<Duration> QUICK = List.of(
      Duration.ofMillis(1),
      Duration.ofMillis(5),
      Duration.ofMillis(25),
      Duration.ofMillis(100),
      Duration.ofMillis(500),
      Duration.ofSeconds(2),
      Duration.ofSeconds(10),
      Duration.ofMinutes(1));

  /** What is a blink if there is room, and hours if there is none. */
  private static final List<Duration> WAIT = List.of(
      Duration.ofMillis(5),
      Duration.ofMillis(10),
      Duration.ofMillis(25),
      Duration.ofMillis(50),
      Duration.ofMillis(100),
      Duration.ofMillis(250),
      Duration.ofMillis(500),
      Duration.ofSeconds(1),
      Duration.ofSeconds(5),
      Duration.ofSeconds(30),
      Duration.ofMinutes(5),
      Duration.ofHours(1));

  /** What a worker takes: a second to half a day. */
  private static final List<Duration> WORK = List.of(
      Duration.ofSeconds(1),
      Duration.ofSeconds(5),
      Duration.ofSeconds(30),
      Duration.ofMinutes(2),
      Duration.ofMinutes(10),
      Duration.ofMinutes(30),
      Duration.ofHours(1),
      Duration.ofHours(3),
      Duration.ofHours(12));

  /** The kinds of meters. */
  public enum Type {
    COUNTER(Meter.Type.COUNTER),
    GAUGE(Meter.Type.GAUGE),
    TIMER(Meter.Type.TIMER);

    private final Meter.Type meter;

    Type(Meter.Type meter) {
      this.meter = meter;
    }

    Meter.Type meter() {
      return meter;
    }
  }

  public MeterSpec {
    tags = List.copyOf(tags);
    buckets = List.copyOf(buckets);
  }

  /** Grows by what happens; starts at zero with the process. */
  public static MeterSpec counter(String name, String description, String... tags) {
    return new MeterSpec(Type.COUNTER, name, description, null, List.of(tags), List.of());
  }

  /** How something stands now, without a unit. */
  public static MeterSpec gauge(String name, String description, String... tags) {
    return new MeterSpec(Type.GAUGE, name, description, null, List.of(tags), List.of());
  }

  /** How something stands now, in a unit that the name at Prometheus ends with. */
  public static MeterSpec gaugeIn(String unit, String name, String description, String... tags) {
    return new MeterSpec(Type.GAUGE, name, description, unit, List.of(tags), List.of());
  }

  /** A histogram of what takes a millisecond to a minute. */
  public static MeterSpec timer(String name, String description, String... tags) {
    return new MeterSpec(Type.TIMER, name, description, null, List.of(tags), QUICK);
  }

  /** A histogram of how long something waited: milliseconds to an hour. */
  public static MeterSpec waitTimer(String name, String description, String... tags) {
    return new MeterSpec(Type.TIMER, name, description, null, List.of(tags), WAIT);
  }

  /** A histogram of how long workers ran: a second to half a day. */
  public static MeterSpec workTimer(String name, String description, String... tags) {
    return new MeterSpec(Type.TIMER, name, description, null, List.of(tags), WORK);
  }
}
