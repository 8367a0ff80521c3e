package dev.talaria.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.talaria.board.task.Comments;
import dev.talaria.board.transition.Blocks;
import dev.talaria.cli.CliRig;
import dev.talaria.cli.CliRig.Result;
import dev.talaria.testkit.JavaProcesses;
import dev.talaria.testkit.WithKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A task that really crashes, through all services, told from Kafka alone. */
@WithKafka
@Timeout(240)
class ReplayIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir
  Path root;

  /** From another host: nothing of the home is known to it. */
  private Result replay(FaultHost host, String... args) {
    List<String> line = new ArrayList<>(List.of("replay", "--kafka", host.bootstrap()));
    line.addAll(List.of(args));
    return new CliRig(root.resolve("elsewhere")).atPresent().run(line.toArray(String[]::new));
  }

  @Test
  void shouldTellWhyATaskGaveUpAndGoOnTellingAfterItsBoardWasRestored(JavaProcesses processes)
      throws IOException {
    FaultHost host = new FaultHost(processes, root)
        .set("policy.failure_limit", "3")
        .set("policy.retry_model_escalation.''", "sonnet")
        .set("policy.systemic.tasks", "0")
        .start();
    String id = host.create(FaultHost.LEDGER, FaultHost.work(0.1, 3));
    String key = host.boardKey() + "#" + id;
    host.awaitStatus(id, "blocked", LIMIT);
    host.assertEachEventOnceOnTransitions();

    Result first = replay(host, key, "--json");
    JsonNode story = first.json();

    assertThat(first.exit()).as(first.err()).isZero();
    assertThat(story.path("attempts")).hasSize(3);
    for (JsonNode attempt : story.path("attempts")) {
      long run = attempt.path("run").asLong();
      assertThat(attempt.path("ending").path("exit_code").asInt()).isEqualTo(3);
      assertThat(attempt.path("ending").path("kind").asText()).isEqualTo("crashed");
      assertThat(attempt.path("ending").path("output").asText()).contains("says " + id);
      assertThat(attempt.path("launcher").asText()).isEqualTo("alpha/launcher/main");
      assertThat(host.ledger("began")).anyMatch(entry -> entry.run() == run);
    }
    assertThat(story.findValuesAsText("action")).containsExactly("escalate", "retry", "give_up");
    assertThat(story.findValuesAsText("by")).containsOnly("topology");
    assertThat(replay(host, key, "--json").out()).isEqualTo(first.out());
    assertThat(replay(host, key).out())
        .contains("crashed: failure 3 of 3 (limit of the board): given up")
        .contains("now: given up after 3 attempts");

    Path policy = Files.writeString(root.resolve("policy.yaml"), "policy: {failure_limit: 4}\n");
    assertThat(replay(host, key, "--what-if", policy.toString()).out())
        .contains("would have gone on with 'sonnet' at attempt 4")
        .contains("at most 1 more attempt");
    assertThat(replay(host, "--gave-up", "--since", "1h").out())
        .contains("1 task gave up in the last 1h")
        .contains(key);

    Path copy = root.resolve("copy.db");
    host.onBoard(board -> {
      board.copyTo(copy);
      return true;
    });
    host.onBoard(board -> board.write(tx -> Comments.add(tx, id, "ann", "again, please")));
    host.onBoard(board -> board.write(tx -> Blocks.unblock(tx, id)));
    host.awaitStatus(id, "blocked", LIMIT);
    host.assertEachEventOnceOnTransitions();
    JsonNode more = replay(host, key, "--json").json();
    assertThat(more.path("attempts")).hasSize(6);
    assertThat(more.findValuesAsText("kind")).contains("commented", "unblocked");

    // the older copy over the file: its history is published again, as a new lineage
    assertThat(host.terminate()).isZero();
    Files.deleteIfExists(host.home().resolve("kanban.db-wal"));
    Files.deleteIfExists(host.home().resolve("kanban.db-shm"));
    Files.move(
        copy, host.db(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    host.start();
    await("the new lineage is on the topic").atMost(LIMIT).untilAsserted(() -> {
      JsonNode told = replay(host, key, "--json").json();
      assertThat(told.path("lineage").asLong()).isEqualTo(2);
      assertThat(told.path("attempts")).as("none twice, none of the lost life").hasSize(3);
      assertThat(told.path("former_events").asInt()).isPositive();
    });
  }
}
