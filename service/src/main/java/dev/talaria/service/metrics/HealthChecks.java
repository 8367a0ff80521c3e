package dev.talaria.service.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

/** What a service must have before it can do its work, by name. Thread-safe. */
public final class HealthChecks {
  private final Map<String, Supplier<Health>> checks = new ConcurrentSkipListMap<>();

  /**
   * How one of them is.
   *
   * @param ready whether the service can work as far as this goes
   * @param detail in words, without secrets
   */
  public record Health(boolean ready, String detail) {
    public static Health ready(String detail) {
      return new Health(true, detail);
    }

    public static Health notReady(String detail) {
      return new Health(false, detail);
    }
  }

  /** The check answers at once, from what is known: it must not ask a broker or a disk. */
  public HealthChecks register(String name, Supplier<Health> check) {
    if (checks.putIfAbsent(name, check) != null) {
      throw new IllegalArgumentException("There is a health check '%s' already.".formatted(name));
    }
    return this;
  }

  /** Whether one of them is ready; one that is not there any more is. */
  public boolean isReady(String name) {
    Supplier<Health> check = checks.get(name);
    try {
      return check == null || check.get().ready();
    } catch (RuntimeException e) { // all() says which; here is only room for a no
      return false;
    }
  }

  public void remove(String name) {
    checks.remove(name);
  }

  /** All of them now; one that throws is not ready. */
  public Map<String, Health> all() {
    var results = new LinkedHashMap<String, Health>();
    checks.forEach((name, check) -> {
      try {
        results.put(name, check.get());
      } catch (RuntimeException e) {
        results.put(name, Health.notReady("the check failed: " + e));
      }
    });
    return results;
  }
}
