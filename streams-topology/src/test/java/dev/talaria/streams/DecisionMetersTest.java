package dev.talaria.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.service.metrics.Meters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecisionMetersTest {
  @TempDir
  Path state;

  @Test
  void shouldCountDecisionsByActionAndMalformedRecords() {
    var registry = new SimpleMeterRegistry();
    try (var bench = new TopologyBench(state, new DecisionMeters(new Meters(registry)))) {
      var policy = new Policies().limit(2).build();
      bench.send(bench.board.failed("t_1", policy).end());
      bench.send(bench.board.failed("t_2", policy).end());
      bench.send(bench.board.failed("t_1", policy).end());
      bench.sendBytes("alpha/default#t_1", new byte[] {1});
    }

    assertThat(decisions(registry, "retry")).isEqualTo(2);
    assertThat(decisions(registry, "give_up")).isEqualTo(1);
    assertThat(decisions(registry, "block")).isZero();
    assertThat(registry.get("talaria.topology.malformed").counter().count()).isEqualTo(1);
  }

  private static double decisions(SimpleMeterRegistry registry, String action) {
    return registry.get("talaria.decisions").tag("action", action).counter().count();
  }
}
