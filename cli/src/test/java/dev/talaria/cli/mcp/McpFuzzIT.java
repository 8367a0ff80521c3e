package dev.talaria.cli.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.talaria.cli.mcp.tool.Tool;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Calls with random arguments, and damaged lines between them, for a real process. Replay with {@code -Dtalaria.seed=}. */
class McpFuzzIT {
  private static final int MESSAGES = 400;
  private static final int DAMAGE = 4; // one line in so many

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
  void shouldOutliveWhateverItIsSent(long seed) {
    var random = new Random(seed);
    var rig = new ToolRig(home, seed);
    List<String> ids = new ArrayList<>(List.of(rig.task("one"), rig.task("two")));
    if (random.nextBoolean()) {
      rig.workOn(ids.get(0));
    }
    List<Tool> tools = rig.toolbox().tools();
    var arguments = new RandomArguments(random, ids);
    try (McpProcess mcp = McpProcess.start(home, rig.environment());
        var watch = new BoardWatch(rig.board())) {
      mcp.initialize();
      for (int i = 0; i < MESSAGES; i++) {
        Tool tool = tools.get(random.nextInt(tools.size()));
        JsonNode given = random.nextInt(20) == 0 ? arguments.any(3) : arguments.forTool(tool);
        if (random.nextInt(DAMAGE) == 0) {
          mcp.send(damaged(
              random,
              "{\"jsonrpc\":\"2.0\",\"id\":\"d%d\",\"method\":\"tools/call\",\"params\":{\"name\":\"%s\",\"arguments\":%s}}"
                  .formatted(i, tool.name(), given)));
          skipItsAnswer(mcp);
          continue;
        }
        watch.mark();
        JsonNode result = mcp.call(tool.name(), given.toString());
        String call = "message %d: %s %.300s".formatted(i, tool.name(), given);
        JsonNode body = McpProcess.body(result);
        assertThat(result.path("isError").asBoolean()).as(call).isEqualTo(body.has("error"));
        assertThat(body.path("error").asText()).as(call).doesNotContain("unexpectedly");
        if (body.has("error")) {
          assertThat(watch.wasChanged()).as(call + " was refused: " + body).isFalse();
        } else if (tool.name().equals("kanban_create")) {
          ids.add(body.path("task_id").asText());
        }
      }
      assertThat(mcp.isAlive()).isTrue();
      mcp.hangUp();
      assertThat(mcp.end()).isZero();
      watch.check();
    }
  }

  /** A damaged line may be no message, a notification, or still a call: it is answered at most once, before the next call. */
  private static void skipItsAnswer(McpProcess mcp) {
    int next = mcp.ask("tools/call", "{\"name\":\"kanban_show\",\"arguments\":{}}");
    int others = 0;
    for (JsonNode answer = mcp.next(); answer.path("id").asInt() != next; answer = mcp.next()) {
      assertThat(answer.has("not_a_message")).as(answer.toString()).isFalse();
      others++;
    }
    assertThat(others).isLessThanOrEqualTo(1);
  }

  private static String damaged(Random random, String line) {
    StringBuilder text = new StringBuilder(line);
    int at = random.nextInt(text.length());
    switch (random.nextInt(5)) {
      case 0 -> text.setLength(at);
      case 1 -> text.deleteCharAt(at);
      case 2 -> text.insert(at, (char) random.nextInt(128));
      case 3 -> text.insert(at, "[".repeat(random.nextInt(3_000)));
      default -> text.setCharAt(at, "{}[]\",:\u0000 x".charAt(random.nextInt(10)));
    }
    return text.toString().replace('\n', ' ');
  }
}
