package dev.talaria.service.metrics;

import io.prometheus.metrics.tracer.common.SpanContext;
import org.jspecify.annotations.Nullable;

/**
 * Names the run that a measurement is of, so that a histogram can show one as an example (an exemplar of OpenMetrics): its
 * {@code trace_id} is the run key, its {@code span_id} the number of the run. Whoever sees a slow bucket has a task to look
 * at; no series gets a label of it. Thread-safe.
 */
public final class CurrentRun implements SpanContext {
  /** OpenMetrics allows an exemplar 128 characters, names of labels included. */
  private static final int MOST_CHARS = 128 - "trace_idspan_id".length();

  private final ThreadLocal<@Nullable String> key = new ThreadLocal<>();

  /**
   * Measures, as being of this run.
   *
   * @param run its key, which ends with {@code #} and its number
   */
  public void during(String run, Runnable measurement) {
    key.set(run);
    try {
      measurement.run();
    } finally {
      key.remove();
    }
  }

  @Override
  public @Nullable String getCurrentTraceId() {
    return key.get();
  }

  @Override
  public @Nullable String getCurrentSpanId() {
    String run = key.get();
    return run == null ? null : number(run);
  }

  private static String number(String run) {
    return run.substring(run.lastIndexOf('#') + 1);
  }

  @Override
  public boolean isCurrentSpanSampled() {
    String run = key.get();
    return run != null && run.length() + number(run).length() <= MOST_CHARS;
  }

  @Override
  public void markCurrentSpanAsExemplar() {
    // there is no trace to keep for it
  }
}
