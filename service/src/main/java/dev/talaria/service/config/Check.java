package dev.talaria.service.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The refusals that configuration records share, in one wording. */
final class Check {
  private Check() {}

  /** Makes all checks, so that an operator hears of all that is wrong at once. */
  static void all(Runnable... checks) {
    List<String> problems = new ArrayList<>();
    for (Runnable check : checks) {
      try {
        check.run();
      } catch (ConfigException e) {
        problems.addAll(e.problems());
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  static void positive(String key, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new ConfigException("%s is %s; expected %s, more than none."
          .formatted(key, Durations.format(value), Durations.EXPECTED));
    }
  }

  static void notNegative(String key, Duration value) {
    if (value.isNegative()) {
      throw new ConfigException("%s is %s; expected 0s or more.".formatted(key, value));
    }
  }

  static void between(String key, long value, long least, long most) {
    if (value < least || value > most) {
      throw new ConfigException(
          most == Long.MAX_VALUE || most == Integer.MAX_VALUE
              ? "%s is %d; expected %d or more.".formatted(key, value, least)
              : "%s is %d; expected %d to %d.".formatted(key, value, least, most));
    }
  }

  static void matches(String key, String value, String form, String expected) {
    if (!value.matches(form)) {
      throw new ConfigException("%s is '%s'; expected %s.".formatted(key, value, expected));
    }
  }
}
