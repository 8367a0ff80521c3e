package dev.talaria.cli.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.cli.mcp.tool.Tool;
import dev.talaria.cli.mcp.tool.Toolbox;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random arguments for every tool, as a worker and as an orchestrator. Replay one with {@code -Dtalaria.seed=}, try more with {@code -Dtalaria.seeds=}. */
class ToolFuzzTest {
  private static final int CALLS = 400;

  @TempDir
  Path home;

  static LongStream seeds() {
    Long given = Long.getLong("talaria.seed");
    return given == null
        ? new Random().longs(Integer.getInteger("talaria.seeds", 2))
        : LongStream.of(given);
  }

  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void shouldAnswerEveryCallAndChangeNothingWhenItRefuses(long seed) throws Exception {
    var random = new Random(seed);
    var rig = new ToolRig(home, seed);
    List<String> ids = new ArrayList<>();
    List<String> calls = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ids.add(rig.task("task " + i));
    }
    try (var watch = new BoardWatch(rig.board())) {
      var arguments = new RandomArguments(random, ids);
      for (int i = 0; i < CALLS; i++) {
        becomeSomebody(rig, random);
        Tool tool =
            rig.toolbox().tools().get(random.nextInt(rig.toolbox().tools().size()));
        ObjectNode given = arguments.forTool(tool);
        calls.add(tool.name() + " " + given);
        watch.mark();

        Toolbox.Answer answer = rig.call(tool.name(), given);

        String last = "call %d, %s".formatted(i, shown(calls.get(i)));
        assertThat(rig.failures).as(last).isEmpty();
        if (answer.failed()) {
          assertThat(answer.body().path("error").asText())
              .as(last)
              .startsWith("kanban_")
              .hasSizeLessThan(2_000);
          assertThat(watch.wasChanged())
              .as(last + " was refused: " + answer.body())
              .isFalse();
        } else if (tool.name().equals("kanban_create")) {
          ids.add(answer.body().path("task_id").asText());
        }
      }
      watch.check();
    }
    try (var files = Files.list(home)) {
      assertThat(files.map(file -> file.getFileName().toString()).toList())
          .as("no board was made by the way")
          .allMatch(name -> name.startsWith("kanban.db"));
    }
  }

  private static String shown(String call) {
    return call.length() > 600 ? call.substring(0, 600) + "…" : call;
  }

  /** The worker of some ready task now and then, sometimes one whose run is over; else an orchestrator. */
  private static void becomeSomebody(ToolRig rig, Random random) {
    if (random.nextInt(8) != 0) {
      return;
    }
    List<String> ready = rig.onBoard(tx -> tx.list(
        "SELECT id FROM tasks WHERE status = 'ready' AND claim_lock IS NULL ORDER BY id",
        row -> row.requireText("id")));
    if (ready.isEmpty() || random.nextInt(3) == 0) {
      rig.with("HERMES_KANBAN_TASK", "");
    } else {
      rig.workOn(ready.get(random.nextInt(ready.size())));
    }
  }
}
