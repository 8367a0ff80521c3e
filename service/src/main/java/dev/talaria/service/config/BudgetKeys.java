package dev.talaria.service.config;

import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.policy.Budget;
import dev.talaria.protocol.policy.Budget.Bounds;
import dev.talaria.protocol.policy.Budget.LaneBounds;
import dev.talaria.protocol.policy.Prices;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code policy.budget}. What it does not say stays as it is in the budget that it is read over. */
final class BudgetKeys {
  private static final String KEY = "policy.budget";
  private static final double MOST = 1e12;
  private static final Duration DAY = Duration.ofDays(1);

  private BudgetKeys() {}

  static Budget read(ConfigSource source, Budget over) {
    Map<String, LaneBounds> before = over.lanes() == null ? Map.of() : over.lanes();
    var lanes = new LinkedHashMap<>(before);
    for (String name : source.below(KEY + ".lanes")) {
      String key = KEY + ".lanes." + name;
      if (!Lane.isLane(name)) {
        source.passOver(key);
        throw new ConfigException(
            "%s: '%s' cannot be a lane; expected the form of a profile: lower-case letters, digits, '_' and '-', at most 64."
                .formatted(key, name));
      }
      LaneBounds bounds = lane(source, key, before.get(name));
      if (bounds != null) {
        lanes.put(name, bounds);
      }
    }
    return new Budget(
        task(source, over.task()),
        lane(source, KEY + ".lane", over.lane()),
        lanes.isEmpty() ? null : lanes,
        prices(source, over.costPerMinute()));
  }

  private static @Nullable Bounds task(ConfigSource source, @Nullable Bounds over) {
    Amounts set = Amounts.read(
        source,
        KEY + ".task",
        over == null ? Amounts.NONE : new Amounts(over.attempts(), over.seconds(), over.cost()));
    return set.equals(Amounts.NONE) ? null : new Bounds(set.attempts, set.seconds, set.cost);
  }

  private static @Nullable LaneBounds lane(
      ConfigSource source, String key, @Nullable LaneBounds over) {
    Amounts set = Amounts.read(
        source,
        key,
        over == null ? Amounts.NONE : new Amounts(over.attempts(), over.seconds(), over.cost()));
    Duration window = source.duration(
        key + ".window", over == null ? DAY : Duration.ofSeconds(over.windowSeconds()));
    if (window.compareTo(Duration.ofHours(1)) < 0 || window.compareTo(DAY) > 0) {
      throw new ConfigException(
          "%s.window is %s; expected 1h to 24h.".formatted(key, Durations.format(window)));
    }
    return set.equals(Amounts.NONE)
        ? null
        : new LaneBounds(set.attempts, set.seconds, set.cost, window.toSeconds());
  }

  private static @Nullable Prices prices(ConfigSource source, @Nullable Prices over) {
    String key = KEY + ".cost_per_minute";
    Map<String, String> written = source.map(key);
    if (written.isEmpty()) {
      return over;
    }
    var prices = new LinkedHashMap<String, Double>();
    written.forEach((model, text) -> {
      String name = key + "." + (model.isEmpty() ? "''" : model);
      try {
        prices.put(model, Double.parseDouble(text.strip()));
      } catch (NumberFormatException e) {
        throw new ConfigException("%s is '%s'; expected a number.".formatted(name, text), e);
      }
    });
    try {
      return new Prices(prices);
    } catch (IllegalArgumentException e) {
      throw new ConfigException("policy." + e.getMessage(), e);
    }
  }

  /** What is set of a budget, each more than none. */
  private record Amounts(
      @Nullable Long attempts,
      @Nullable Long seconds,
      @Nullable Double cost) {
    static final Amounts NONE = new Amounts(null, null, null);

    static Amounts read(ConfigSource source, String key, Amounts over) {
      var read = new Amounts(
          source.number(key + ".attempts").map(Integer::longValue).orElse(over.attempts),
          source.number(key + ".seconds").map(Integer::longValue).orElse(over.seconds),
          source.decimal(key + ".cost").orElse(over.cost));
      Check.all(
          () -> atLeastOne(key + ".attempts", read.attempts),
          () -> atLeastOne(key + ".seconds", read.seconds),
          () -> moreThanNothing(key + ".cost", read.cost));
      return read;
    }

    private static void atLeastOne(String key, @Nullable Long value) {
      if (value != null) {
        Check.between(key, value, 1, Integer.MAX_VALUE);
      }
    }

    private static void moreThanNothing(String key, @Nullable Double value) {
      if (value != null && !(value > 0 && value < MOST)) {
        throw new ConfigException("%s is %s; expected more than 0.".formatted(key, value));
      }
    }
  }
}
