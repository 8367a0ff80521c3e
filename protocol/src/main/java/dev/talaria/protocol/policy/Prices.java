package dev.talaria.protocol.policy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a minute of a model costs, in any one unit. The empty string stands for the profile's default model, and for each
 * model that is not listed.
 *
 * @param perMinute model to price
 */
public record Prices(@JsonValue Map<String, Double> perMinute) {
  /** A minute that costs more is a slip of the pen, and would not fit where it is added up. */
  private static final double HIGHEST = 1_000_000;

  @JsonCreator
  public Prices {
    perMinute = Collections.unmodifiableMap(new TreeMap<>(perMinute));
    perMinute.forEach((model, price) -> {
      if (price == null || !(price >= 0 && price <= HIGHEST)) {
        throw new IllegalArgumentException(
            "budget.cost_per_minute.%s is %s; expected a number from 0 to %d."
                .formatted(model.isEmpty() ? "''" : model, price, (long) HIGHEST));
      }
    });
  }

  /** 0 where nothing is known of the model's price. */
  double ofMinute(String model) {
    Double price = perMinute.get(model);
    return price != null ? price : perMinute.getOrDefault(Ladder.PROFILE_DEFAULT, 0.0);
  }
}
