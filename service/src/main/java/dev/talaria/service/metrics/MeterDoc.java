package dev.talaria.service.metrics;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One meter of a module. Each module has an enum of these, from which meters are registered and the metrics page is made.
 * Tags are few and bounded: board, lane, model, outcome, reason; never a task id, a path or a message.
 */
public interface MeterDoc {
  /** Dotted and lower-case: {@code talaria.relay.lag}. */
  String meterName();

  /** One sentence, as it appears on the page. */
  String description();

  /** {@code rows}, {@code bytes}; null for counts of events and for timers, whose unit is seconds. */
  @Nullable
  String baseUnit();

  /** Tag keys, each of which every registration gives a value. */
  List<String> tags();
}
