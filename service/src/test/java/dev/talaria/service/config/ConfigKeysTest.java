package dev.talaria.service.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.policy.Ladder;
import dev.talaria.protocol.policy.Prices;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigKeysTest {
  /** Their components are named otherwise; see {@link EffectiveConfig}. */
  private static final Map<String, String> WRITTEN = Map.of(
      "policy.rate_limit.max", "policy.rate_limit.max_duration",
      "kanban.stale_timeout", "kanban.dispatch_stale_timeout_seconds",
      "kanban.dispatch_interval", "kanban.dispatch_interval_seconds",
      "kafka.properties.NAME", "kafka.NAME");

  @Test
  void shouldListWhatTheRecordsHoldAndNothingElse() {
    List<String> found = new ArrayList<>();
    walk("", TalariaConfig.class, found);

    assertThat(ConfigKeys.all())
        .extracting(ConfigKeys.Key::name)
        .containsExactlyInAnyOrderElementsOf(found)
        .doesNotHaveDuplicates();
  }

  @Test
  void shouldSayForEachKeyWhatHoldsWhenItIsNotSet(@TempDir Path home) {
    var shown = EffectiveConfig.of(new ConfigLoader(home, Map.of(), Map.of()).load());

    assertThat(ConfigKeys.all())
        .filteredOn(key -> key.otherwise() == null)
        .allSatisfy(key -> assertThat(shown.values()).containsKey(key.name()));
    assertThat(shown.values().keySet())
        .allSatisfy(name -> assertThat(ConfigKeys.all()).anyMatch(key -> key.fits(name), name));
  }

  @Test
  void shouldKnowFreeNames() {
    assertThat(fits("launcher.lanes.LANE.env.NAME", "launcher.lanes.coder.env.API_KEY"))
        .isTrue();
    assertThat(fits("kafka.NAME", "kafka.sasl.mechanism")).isTrue();
    assertThat(fits("policy.retry_model_escalation.MODEL", "policy.retry_model_escalation.a.5"))
        .isTrue();
    assertThat(fits("launcher.name", "launcher.names")).isFalse();
    assertThat(fits("kafka.NAME", "kafka")).isFalse();
  }

  private static boolean fits(String name, String written) {
    return ConfigKeys.all().stream()
        .filter(key -> key.name().equals(name))
        .findFirst()
        .orElseThrow()
        .fits(written);
  }

  private static void walk(String key, Type type, List<String> into) {
    if (type == Lane.class) {
      return;
    }
    if (type == Ladder.class || type == Prices.class) {
      into.add(key + ".MODEL");
    } else if (type instanceof Class<?> record && record.isRecord()) {
      for (RecordComponent component : record.getRecordComponents()) {
        String name = component
            .getName()
            .replaceAll("([A-Z])", "_$1")
            .toLowerCase(java.util.Locale.ROOT)
            .replaceFirst("_seconds$", "");
        walk(key.isEmpty() ? name : key + "." + name, component.getGenericType(), into);
      }
    } else if (type instanceof ParameterizedType map && map.getRawType() == Map.class) {
      Type value = map.getActualTypeArguments()[1];
      walk(key + (value == String.class ? ".NAME" : ".LANE"), value, into);
    } else {
      into.add(WRITTEN.getOrDefault(key, key));
    }
  }
}
