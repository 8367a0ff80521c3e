package dev.talaria.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.talaria.board.task.NewTask;
import dev.talaria.cli.CliRig;
import dev.talaria.cli.Terminal;
import dev.talaria.testkit.JavaProcess;
import dev.talaria.testkit.JavaProcesses;
import dev.talaria.testkit.WithKafka;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From a board through relay and topology to {@code talaria fleet}, over a kill; and what it says when nobody answers. */
@WithKafka
@Timeout(180)
class FleetTablesIT {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir
  private Path root;

  private CliRig cli;

  private JsonNode fleet() {
    CliRig.Result result = cli.run("fleet", "--json");
    assertThat(result.exit()).as(result.err()).isZero();
    return result.json().path("boards").path(0);
  }

  private JsonNode awaitFleet(String what, Predicate<JsonNode> fits) {
    return await(what).atMost(SOON).until(this::fleet, fits);
  }

  private static long tasks(JsonNode board, String lane, String status) {
    for (JsonNode row : board.path("statuses").path("rows")) {
      if (row.path("lane").asText().equals(lane) && row.path("status").asText().equals(status)) {
        return row.path("tasks").asLong();
      }
    }
    return 0;
  }

  @Test
  void shouldShowWhatIsOnTheBoardAlsoAfterAKillAndSayThatKafkaIsAway(JavaProcesses processes)
      throws Exception {
    var host = new FaultHost(processes, root).set("policy.failure_limit", "2").start();
    cli = new CliRig(host.home()).atPresent();
    String failing = host.create(FaultHost.LEDGER, FaultHost.work(0, 1));
    host.create(FaultHost.NOOP, "ends well");
    host.create(FaultHost.LEDGER, FaultHost.gated("later", 0));
    String below = host.create(
            List.of(NewTask.titled("below").withAssignee("writer").withParents(List.of(failing))))
        .get(0);
    host.create(List.of(NewTask.titled("far below").withParents(List.of(below))));
    host.awaitStatus(failing, "blocked", SOON);

    JsonNode board = awaitFleet(
        "all is counted",
        it -> tasks(it, FaultHost.LEDGER, "blocked") == 1
            && tasks(it, FaultHost.LEDGER, "running") == 1
            && it.path("completed").path("rows").size() == 1
            && it.path("stranded").path("tasks").asLong() == 2);

    assertThat(board.path("board").asText()).isEqualTo(host.boardKey());
    assertThat(tasks(board, "writer", "todo")).isEqualTo(1);
    assertThat(tasks(board, "none", "todo")).isEqualTo(1);
    JsonNode worst = board.path("stranded").path("worst").path(0);
    assertThat(worst.path("task").asText()).isEqualTo(failing);
    assertThat(worst.path("gave_up").asBoolean()).isTrue();
    assertThat(worst.path("waiting").asLong()).isEqualTo(2);
    assertThat(worst.path("depth").asLong()).isEqualTo(2);
    assertThat(board.path("completed").path("rows").path(0).path("lane").asText())
        .isEqualTo(FaultHost.NOOP);
    CliRig.Result text = cli.on(new Terminal(true, 80, false)).run("fleet");
    assertThat(text.out())
        .contains("alpha/default: 4 open, 1 blocked, 1 of them gave up")
        .containsPattern("LANE +TODO +READY +RUNNING +BLOCKED +GAVE UP +TODAY +14 DAYS +ATTEMPTS\n")
        .containsPattern("ledger +- +- +1 +1 +1 +- +- +1:1 2:1\n")
        .containsPattern("noop +- +- +- +- +- +1 +1 +-\n")
        .contains("2 tasks wait for a blocked one, up to 2 deep. Worst:")
        .containsPattern(failing + " +ledger +gave up +\\d+s +2 +2\n");
    assertThat(cli.run("fleet", "--board", "alpha/other").exit()).isEqualTo(1);
    assertThat(scraped(host.up()))
        .contains("talaria_stranded_tasks{board=\"alpha/default\",lane=\"writer\"} 1")
        .contains(
            "talaria_fleet_tasks{board=\"alpha/default\",lane=\"ledger\",status=\"blocked\"} 1");

    host.kill();
    host.start();
    host.open("later");
    host.create(FaultHost.NOOP, "ends well too");
    host.verb("unblock", failing);
    host.awaitStatus(failing, "blocked", SOON);

    JsonNode after = awaitFleet(
        "what happened after the kill is counted once",
        it -> tasks(it, FaultHost.LEDGER, "running") == 0
            && it.path("completed").path("rows").size() == 2
            && it.path("stranded").path("tasks").asLong() == 2
            && histogram(it, FaultHost.LEDGER).equals(List.of(0L, 0L, 0L, 0L, 1L)));
    assertThat(tasks(after, FaultHost.LEDGER, "blocked")).isEqualTo(1);
    assertThat(host.terminate()).isZero();

    long began = System.nanoTime();
    CliRig.Result away = cli.run("fleet");
    assertThat(away.exit()).isEqualTo(1);
    assertThat(away.err()).contains("cannot be read", "talaria stats");
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
  }

  private static List<Long> histogram(JsonNode board, String lane) {
    for (JsonNode row : board.path("attempts").path("rows")) {
      if (row.path("lane").asText().equals(lane)) {
        var counts = new java.util.ArrayList<Long>();
        row.path("tasks").forEach(n -> counts.add(n.asLong()));
        return counts;
      }
    }
    return List.of();
  }

  private static String scraped(JavaProcess up) throws IOException, InterruptedException {
    String line = up.awaitLine("Metrics and health on ", SOON);
    var request = HttpRequest.newBuilder(
            URI.create(line.substring(line.indexOf("http://")) + "/metrics"))
        .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
  }
}
