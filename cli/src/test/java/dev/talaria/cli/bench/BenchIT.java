package dev.talaria.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.talaria.cli.Surroundings;
import dev.talaria.cli.Talaria;
import dev.talaria.cli.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That the benchmarks run to their end and say what they should; never how fast. */
class BenchIT {
  @TempDir
  private Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void dispatchShouldRunEveryTaskAndPrintItsKeys() throws Exception {
    // a task that did not end as done makes it fail
    int exit = run("bench", "dispatch", "--tasks", "20", "--slots", "4", "--rate", "50", "--json");

    assertThat(exit).as(err.toString()).isZero();
    JsonNode figures = JsonMapper.builder().build().readTree(out.toString());
    assertThat(figures.fieldNames())
        .toIterable()
        .containsExactly(
            "tasks",
            "slots",
            "throughput_per_s",
            "spawn_limit_per_s",
            "ratio",
            "ready_to_start_ms");
    assertThat(figures.get("tasks").asInt()).isEqualTo(20);
    assertThat(figures.get("slots").asInt()).isEqualTo(4);
    assertThat(figures.get("throughput_per_s").asDouble()).isPositive();
    assertThat(figures.get("spawn_limit_per_s").asDouble()).isPositive();
    JsonNode millis = figures.get("ready_to_start_ms");
    assertThat(millis.fieldNames()).toIterable().containsExactly("p50", "p99", "max");
    assertThat(millis.get("p50").asDouble())
        .isLessThanOrEqualTo(millis.get("p99").asDouble());
    assertThat(millis.get("p99").asDouble())
        .isLessThanOrEqualTo(millis.get("max").asDouble());
  }

  @Test
  void fleetShouldRunEveryTaskOnAnotherHostAndCompareWithABareRoundTrip() throws Exception {
    int exit = run("bench", "fleet", "--tasks", "20", "--slots", "4", "--rate", "50", "--json");

    assertThat(exit).as(err.toString()).isZero();
    JsonNode figures = JsonMapper.builder().build().readTree(out.toString());
    assertThat(figures.get("throughput_per_s").asDouble()).isPositive();
    for (String what : new String[] {"ready_to_start_ms", "round_trip_ms"}) {
      JsonNode millis = figures.get(what);
      assertThat(millis.get("p50").asDouble())
          .isPositive()
          .isLessThanOrEqualTo(millis.get("p99").asDouble());
    }
    assertThat(figures.get("ratio_p50").asDouble())
        .isCloseTo(
            figures.at("/ready_to_start_ms/p50").asDouble()
                / figures.at("/round_trip_ms/p50").asDouble(),
            withinPercentage(10));
  }

  @Test
  void streamsShouldJudgeTheBacklogAndDecideEveryFailure() throws Exception {
    int exit = run("bench", "streams", "--events", "2000", "--rate", "50", "--json");

    assertThat(exit).as(err.toString()).isZero();
    JsonNode figures = JsonMapper.builder().build().readTree(out.toString());
    assertThat(figures.get("ratio").asDouble())
        .isPositive()
        .isCloseTo(
            figures.get("topology_per_s").asDouble()
                / figures.get("pass_through_per_s").asDouble(),
            withinPercentage(10));
    assertThat(figures.get("decisions").asInt()).isEqualTo(100);
    assertThat(figures.get("by_topology").asInt()).isBetween(1, 100);
    JsonNode millis = figures.get("failure_to_decision_ms");
    assertThat(millis.get("p50").asDouble())
        .isPositive()
        .isLessThanOrEqualTo(millis.get("p99").asDouble());
  }

  @Test
  void replayShouldReadEverythingBackAndCompareWithABareConsumer() throws Exception {
    int exit = run("bench", "replay", "--events", "3000", "--json");

    assertThat(exit).as(err.toString()).isZero();
    JsonNode figures = JsonMapper.builder().build().readTree(out.toString());
    assertThat(figures.get("events").asInt()).isBetween(3_000, 3_020);
    assertThat(figures.get("bytes").asLong() / figures.get("events").asLong())
        .as("bytes of a record")
        .isBetween(500L, 2_000L);
    assertThat(figures.get("gave_up_tasks").asInt()).isBetween(6, 9);
    assertThat(figures.get("ratio").asDouble()).isPositive();
    assertThat(figures.get("typed_s").asDouble())
        .isGreaterThan(figures.get("story_s").asDouble());
    assertThat(figures.get("typed_heap_max_mib").asLong())
        .isLessThan(figures.get("typed_heap_limit_mib").asLong());
  }

  @Test
  void boardShouldPrintARateAndARatioForEachOperation() throws Exception {
    int exit = run("bench", "board", "--tasks", "120", "--json");

    assertThat(exit).as(err.toString()).isZero();
    JsonNode figures = JsonMapper.builder().build().readTree(out.toString());
    assertThat(figures.get("commit_per_s").asLong()).isPositive();
    for (String way : new String[] {"single", "batched"}) {
      for (String operation : new String[] {"create", "claim", "complete"}) {
        assertThat(figures.at("/%s/%s/per_s".formatted(way, operation)).asLong())
            .isPositive();
        assertThat(figures.at("/%s/%s/ratio".formatted(way, operation)).isNumber())
            .isTrue();
      }
    }
  }

  @Test
  void boardShouldCompareTwoSizes() throws Exception {
    int exit = run("bench", "board", "--size", "12000", "--json");

    assertThat(exit).as(err.toString()).isZero();
    JsonNode operations = JsonMapper.builder().build().readTree(out.toString()).get("operations");
    assertThat(operations.fieldNames())
        .toIterable()
        .contains("offer", "claim", "complete, promoting 3", "list a page", "show", "open");
    assertThat(operations)
        .allSatisfy(operation -> assertThat(operation.get("ratio").asDouble()).isNotNegative());
    assertThat(run("bench", "board", "--size", "9999")).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"--tasks,0", "--slots,0", "--slots,1001", "--rate,-1", "--rate,fast"})
  void shouldRefuseWhatMakesNoSense(String option, String value) {
    assertThat(run("bench", "dispatch", option, value)).isEqualTo(2);
    assertThat(err.toString()).contains(option).contains(value);
  }

  @Test
  void shouldAskWhatToMeasure() {
    assertThat(run("bench")).isEqualTo(2);
    assertThat(err.toString()).contains("bench dispatch").contains("'board'");
  }

  private int run(String... args) {
    return new Talaria(new Surroundings(
            Map.of("PATH", "/usr/bin:/bin"),
            directory,
            directory,
            new PrintWriter(out),
            new PrintWriter(err),
            Terminal.none(),
            InstantSource.system(),
            ZoneOffset.UTC,
            new Random(),
            duration -> false))
        .run(args);
  }
}
