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

  @Test
  void shouldTellTheCountedTasksUntilTheBoardIsCountedElsewhere() {
    var registry = new SimpleMeterRegistry();
    try (var bench = new TopologyBench(state, new DecisionMeters(new Meters(registry)))) {
      bench.send(bench.board.image("t_1", "created", "ready"));
      bench.send(bench.board.image("t_2", "gave_up", "blocked"));
      bench.send(bench.board.with(
          "t_3", "linked", bench.wire.object().put("parent", "t_2").put("child", "t_3")));
      bench.send(bench.board.status("t_4", "created", "todo"));
      bench.send(bench.board.with(
          "t_4", "linked", bench.wire.object().put("parent", "t_2").put("child", "t_4")));
      bench.pass(FleetProcessor.PUBLISH);

      assertThat(fleet(registry, "talaria.fleet.tasks", "status", "ready")).isEqualTo(1);
      assertThat(fleet(registry, "talaria.fleet.tasks", "status", "blocked")).isEqualTo(1);
      assertThat(fleet(registry, "talaria.fleet.gave.up.tasks", "lane", "none")).isEqualTo(1);
      assertThat(fleet(registry, "talaria.fleet.attempts.tasks", "attempts", "0"))
          .isEqualTo(3);
      assertThat(fleet(registry, "talaria.stranded.tasks", "lane", "none")).isEqualTo(1);
      assertThat(fleet(registry, "talaria.stranded.depth", "board", "alpha/default"))
          .isEqualTo(1);
      assertThat(fleet(registry, "talaria.fleet.oldest.timestamp", "status", "ready"))
          .isGreaterThan(1_700_000_000);

      bench.send(bench.board.image("t_1", "claimed", "running"));
      bench.send(bench.board.image("t_2", "unblocked", "ready"));
      bench.pass(FleetProcessor.PUBLISH);

      assertThat(fleet(registry, "talaria.fleet.tasks", "status", "blocked")).isZero();
      assertThat(fleet(registry, "talaria.fleet.attempts.tasks", "attempts", "1"))
          .isEqualTo(1);
      assertThat(fleet(registry, "talaria.stranded.tasks", "lane", "none")).isZero();
    }

    assertThat(registry.getMeters())
        .extracting(meter -> meter.getId().getName())
        .noneMatch(name -> name.startsWith("talaria.fleet") || name.startsWith("talaria.stranded"));
  }

  private static double fleet(SimpleMeterRegistry registry, String name, String tag, String value) {
    return registry
        .get(name)
        .tags("board", "alpha/default")
        .tag(tag, value)
        .gauge()
        .value();
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
