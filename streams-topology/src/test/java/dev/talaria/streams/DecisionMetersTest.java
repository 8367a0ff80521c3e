package dev.talaria.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.protocol.message.Incident;
import dev.talaria.protocol.policy.RetryPolicy;
import dev.talaria.service.metrics.Meters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.List;
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

  @Test
  void shouldTellIncidentsByBoardAndLane() {
    var registry = new SimpleMeterRegistry();
    var policy = new Policies()
        .limit(9)
        .systemic(new RetryPolicy.Systemic(2, 300, 900L, true, 300L))
        .build();
    try (var bench = new TopologyBench(state, new DecisionMeters(new Meters(registry)))) {
      for (String print : List.of("one", "other")) {
        for (String task : List.of("t_1", "t_2")) {
          bench.send(
              bench.board.failed(task, policy).lane("coder").fingerprint(print).end());
        }
      }
      Incident incident = bench.incident();
      assertThat(open(registry)).isEqualTo(2);
      assertThat(paused(registry)).as("lanes, not incidents").isEqualTo(1);

      bench.send(bench.board.probe("t_9", incident));
      bench.send(bench.board.ended("t_9", "completed", bench.board.lastRun(), "done"));

      assertThat(open(registry)).isEqualTo(1);
      assertThat(probes(registry, "started")).isEqualTo(1);
      assertThat(probes(registry, "completed")).isEqualTo(1);
      bench.send(bench.board.ended("t_1", "completed", 2, "done"));
      assertThat(open(registry)).isZero();
      assertThat(paused(registry)).isZero();
      assertThat(registry
              .get("talaria.incidents.opened")
              .tags("board", "alpha/default", "lane", "coder")
              .counter()
              .count())
          .isEqualTo(2);
    }
  }

  private static double open(SimpleMeterRegistry registry) {
    return registry
        .get("talaria.incidents.open")
        .tags("board", "alpha/default", "lane", "coder")
        .gauge()
        .value();
  }

  private static double paused(SimpleMeterRegistry registry) {
    return registry
        .get("talaria.lanes.paused")
        .tag("board", "alpha/default")
        .gauge()
        .value();
  }

  private static double probes(SimpleMeterRegistry registry, String result) {
    return registry
        .get("talaria.incident.probes")
        .tag("result", result)
        .counter()
        .count();
  }

  private static double decisions(SimpleMeterRegistry registry, String action) {
    return registry.get("talaria.decisions").tag("action", action).counter().count();
  }
}
