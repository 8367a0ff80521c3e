package dev.talaria.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Time that moves only when told to. Thread-safe. */
public final class SettableClock implements InstantSource {
  private volatile Instant now;

  /** Starts at a round moment that is easy to recognise in failures: 2026-01-01T00:00:00Z. */
  public SettableClock() {
    this(Instant.parse("2026-01-01T00:00:00Z"));
  }

  public SettableClock(Instant start) {
    now = start;
  }

  @Override
  public Instant instant() {
    return now;
  }

  public synchronized SettableClock set(Instant instant) {
    now = instant;
    return this;
  }

  /** Forward, or back with a negative duration: clocks do that too. */
  public synchronized SettableClock advance(Duration by) {
    now = now.plus(by);
    return this;
  }
}
