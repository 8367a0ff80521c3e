package dev.talaria.cli.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.talaria.board.Board;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator;
import io.modelcontextprotocol.spec.McpSchema;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code talaria mcp} as its clients see it: a process and its pipes. */
class McpServerIT {
  @TempDir
  Path home;

  private ToolRig rig;

  @BeforeEach
  void aHome() {
    rig = new ToolRig(home);
  }

  private McpProcess start() {
    return McpProcess.start(home, rig.environment());
  }

  private static List<String> tools(JsonNode answer) {
    return answer.at("/result/tools").findValuesAsText("name");
  }

  @Test
  void shouldServeAnOrchestratorFromListToUnblock() {
    try (McpProcess mcp = start()) {
      mcp.initialize();
      assertThat(tools(mcp.request("tools/list", "{}")))
          .containsExactly(
              "kanban_show",
              "kanban_list",
              "kanban_comment",
              "kanban_create",
              "kanban_unblock",
              "kanban_link");

      JsonNode created =
          mcp.call("kanban_create", "{\"title\":\"Größe \\ud83d\\ude00\",\"assignee\":\"coder\"}");
      assertThat(created.path("isError").asBoolean(true)).isFalse();
      String first = McpProcess.body(created).path("task_id").asText();
      String second = McpProcess.body(mcp.call(
              "kanban_create",
              "{\"title\":\"b\",\"assignee\":\"coder\",\"initial_status\":\"blocked\"}"))
          .path("task_id")
          .asText();
      String ids = "{\"parent_id\":\"%s\",\"child_id\":\"%s\"}".formatted(first, second);
      assertThat(McpProcess.body(mcp.call("kanban_link", ids)).path("ok").asBoolean())
          .isTrue();
      assertThat(
              McpProcess.body(mcp.call("kanban_unblock", "{\"task_id\":\"%s\"}".formatted(second)))
                  .path("status")
                  .asText())
          .isEqualTo("todo");
      assertThat(McpProcess.body(mcp.call(
                  "kanban_comment", "{\"task_id\":\"%s\",\"body\":\"x\"}".formatted(first)))
              .path("comment_id")
              .asInt())
          .isEqualTo(1);
      assertThat(McpProcess.body(mcp.call("kanban_list", "{}"))
              .at("/tasks/0/title")
              .asText())
          .isEqualTo("Größe 😀");
      assertThat(McpProcess.body(mcp.call("kanban_show", "{\"task_id\":\"%s\"}".formatted(second)))
              .at("/parents/0")
              .asText())
          .isEqualTo(first);
      JsonNode refused =
          mcp.call("kanban_complete", "{\"task_id\":\"%s\",\"summary\":\"s\"}".formatted(first));
      assertThat(refused.path("isError").asBoolean()).isTrue();
      assertThat(McpProcess.body(refused).path("error").asText()).contains("worker of a task");

      mcp.hangUp();
      assertThat(mcp.end()).isZero();
    }
  }

  @Test
  void shouldServeAWorkerFromShowToComplete() throws Exception {
    String task = rig.task("work");
    rig.workOn(task);
    try (McpProcess mcp = start()) {
      mcp.initialize();
      assertThat(tools(mcp.request("tools/list", "{}")))
          .contains("kanban_complete", "kanban_block", "kanban_heartbeat")
          .doesNotContain("kanban_list", "kanban_unblock")
          .hasSize(7);

      assertThat(McpProcess.body(mcp.call("kanban_show", "{}"))
              .path("worker_context")
              .asText())
          .contains(task);
      assertThat(McpProcess.body(mcp.call("kanban_heartbeat", "{\"note\":\"half\"}"))
              .path("claim_extended")
              .asBoolean())
          .isTrue();
      assertThat(McpProcess.body(mcp.call("kanban_list", "{}")).path("error").asText())
          .contains("for orchestrators");
      assertThat(McpProcess.body(mcp.call("kanban_block", "{}")).path("error").asText())
          .contains("reason is missing");
      assertThat(McpProcess.body(mcp.call("kanban_complete", "{\"summary\":\"done\"}"))
              .path("ok")
              .asBoolean())
          .isTrue();
      assertThat(McpProcess.body(mcp.call("kanban_block", "{\"reason\":\"late\"}"))
              .path("error")
              .asText())
          .contains("has completed it already");

      mcp.hangUp();
      assertThat(mcp.end()).isZero();
      assertThat(mcp.logLines()).as("nothing but the greeting").hasSize(1);
    }
    assertThat(rig.status(task)).isEqualTo("done");
  }

  @Test
  void shouldAnswerWhatIsNoMessageAndGoOn() {
    try (McpProcess mcp = start()) {
      mcp.initialize();

      mcp.send("this is not JSON");
      assertThat(mcp.next().at("/error/code").asInt()).isEqualTo(-32700);
      mcp.send("{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":");
      JsonNode truncated = mcp.next();
      assertThat(truncated.path("id").asText()).as("its sender need not wait").isEqualTo("a");
      mcp.send("[]");
      assertThat(mcp.next().at("/error/message").asText()).contains("Batches");
      mcp.send("{\"jsonrpc\":\"2.0\",\"id\":\"deep\",\"method\":\"tools/call\",\"params\":"
          + "[".repeat(5000) + "]".repeat(5000) + "}");
      assertThat(mcp.next().path("id").asText()).isEqualTo("deep");
      mcp.send("{\"jsonrpc\":\"2.0\",\"id\":\"long\",\"method\":\"" + "x".repeat(17 << 20) + "\"}");
      JsonNode tooLong = mcp.next();
      assertThat(tooLong.path("id").asText()).isEqualTo("long");
      assertThat(tooLong.at("/error/message").asText()).contains("longer than 16777216 bytes");
      mcp.send("");
      mcp.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{}}");
      assertThat(mcp.request("no/such", "{}").at("/error/code").asInt()).isEqualTo(-32601);
      assertThat(mcp.request("tools/call", "{\"name\":\"rm\"}").has("error")).isTrue();
      JsonNode asText = mcp.call("kanban_list", "\"{\\\"limit\\\": 3}\"");
      assertThat(McpProcess.body(asText).path("limit").asInt()).isEqualTo(3);
      assertThat(McpProcess.body(mcp.call("kanban_list", "[1]")).path("error").asText())
          .contains("arguments must be a JSON object");
      assertThat(mcp.request("ping", "{}").path("result").isObject()).isTrue();
    }
  }

  @Test
  void shouldWantToBeGreetedButNotToBeToldTwice() {
    try (McpProcess mcp = start()) {
      mcp.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
      assertThat(mcp.request("tools/list", "{}").at("/error/message").asText())
          .contains("'initialize' first");
      assertThat(mcp.request("tools/call", "{\"name\":\"kanban_list\"}").has("error"))
          .isTrue();

      mcp.request("initialize", McpProcess.GREETING);
      assertThat(tools(mcp.request("tools/list", "{}")))
          .as("without a confirmation")
          .isNotEmpty();
      mcp.initialize();
      assertThat(tools(mcp.request("tools/list", "{}"))).isNotEmpty();
    }
  }

  @Test
  void shouldAnswerAllCallsThatCameBeforeTheClientLeft() {
    String task = rig.task("a");
    try (McpProcess mcp = start()) {
      mcp.initialize();
      Set<Integer> asked = new HashSet<>();
      for (int i = 0; i < 40; i++) {
        asked.add(mcp.ask(
            "tools/call",
            "{\"name\":\"kanban_comment\",\"arguments\":{\"task_id\":\"%s\",\"body\":\"%d\"}}"
                .formatted(task, i)));
      }
      mcp.hangUp();

      assertThat(mcp.end()).isZero();
      while (!asked.isEmpty()) {
        assertThat(asked.remove(mcp.next().path("id").asInt())).isTrue();
      }
    }
    assertThat(rig.done("kanban_show", "{\"task_id\":\"%s\"}".formatted(task)).get("comments"))
        .as("in the order of the calls")
        .extracting(comment -> comment.path("body").asInt())
        .isSorted()
        .hasSize(40);
  }

  @Test
  void shouldAnswerAPingWhileACallWaitsForTheBoardAndFinishItWhenAskedToEnd() {
    String task = rig.task("a");
    try (McpProcess mcp = start();
        Board board = rig.board()) {
      mcp.initialize();
      int call = board.write(tx -> {
        int id = mcp.ask(
            "tools/call",
            "{\"name\":\"kanban_comment\",\"arguments\":{\"task_id\":\"%s\",\"body\":\"b\"}}"
                .formatted(task));
        assertThat(mcp.request("ping", "{}").has("result")).isTrue();
        mcp.terminate();
        return id;
      });

      assertThat(mcp.next().path("id").asInt()).isEqualTo(call);
      assertThat(mcp.end()).isZero();
      assertThat(mcp.hasNothingMore()).isTrue();
    }
    assertThat(rig.kinds(task)).contains("commented");
  }

  @Test
  void shouldWorkWithTheClientOfTheSdk() {
    var parameters = ServerParameters.builder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString())
        .args(
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.talaria.cli.Main",
            "mcp")
        .env(Map.of("HERMES_KANBAN_HOME", home.toString()))
        .build();
    try (var client = McpClient.sync(new StdioClientTransport(parameters, ToolServer.PROTOCOL_JSON))
        .requestTimeout(Duration.ofSeconds(30))
        .jsonSchemaValidator(
            (schema, content) -> JsonSchemaValidator.ValidationResponse.asValid(null))
        .build()) {
      assertThat(client.initialize().serverInfo().name()).isEqualTo("talaria");
      assertThat(client.listTools().tools()).hasSize(6);
      McpSchema.CallToolResult result = client.callTool(new McpSchema.CallToolRequest(
          "kanban_create", Map.of("title", "t", "assignee", "coder", "parents", List.of())));
      assertThat(result.isError()).isFalse();
      assertThat(((McpSchema.TextContent) result.content().get(0)).text()).contains("\"ok\":true");
    }
    assertThat(rig.done("kanban_list", "{}").get("count").asInt()).isEqualTo(1);
  }
}
