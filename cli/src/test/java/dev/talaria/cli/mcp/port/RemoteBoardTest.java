package dev.talaria.cli.mcp.port;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.talaria.cli.mcp.ToolRig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker whose board's file is on another host: its tools speak to the launcher. */
class RemoteBoardTest {
  @TempDir
  Path home;

  private final List<String> requests = new ArrayList<>();
  private HttpServer launcher;
  private ToolRig rig;
  private int status = 200;
  private String answer = "{\"ok\":true,\"command_id\":\"c/1\"}";

  @BeforeEach
  void aLauncher() throws IOException {
    launcher = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    launcher.createContext("/", this::answer);
    launcher.start();
    rig = new ToolRig(home)
        .with("HERMES_KANBAN_TASK", "t_0a1b2c3d")
        .with("HERMES_KANBAN_RUN_ID", "7")
        .with("HERMES_KANBAN_BOARD", "main")
        .with("HERMES_PROFILE", "coder")
        .with("TALARIA_WORKER_URL", "http://127.0.0.1:" + launcher.getAddress().getPort())
        .with("TALARIA_WORKER_TOKEN", "secret");
  }

  @AfterEach
  void stop() {
    launcher.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.add("%s %s %s %s"
          .formatted(
              exchange.getRequestMethod(),
              exchange.getRequestURI().getPath(),
              exchange.getRequestHeaders().getFirst("Authorization"),
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
      byte[] body = answer.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Test
  void shouldShowTheOwnTaskAsItWasGranted() {
    answer = """
        {"task":{"id":"t_0a1b2c3d","title":"T","claim_lock":"x","parents":["t_1"]},"run_id":7,
         "worker_context":"# Kanban task"}""";

    ObjectNode shown = rig.done("kanban_show", "{}");

    assertThat(requests).containsExactly("GET /task Bearer secret ");
    assertThat(shown.at("/task/title").asText()).isEqualTo("T");
    assertThat(shown.get("task").has("claim_lock")).isFalse();
    assertThat(shown.at("/parents/0").asText()).isEqualTo("t_1");
    assertThat(shown.get("worker_context").asText()).isEqualTo("# Kanban task");
    assertThat(rig.refused("kanban_show", "{\"task_id\":\"t_1\"}")).contains("another host");
  }

  @Test
  void shouldSendWhatTheWorkerSays() {
    answer = "{\"ok\":true,\"command_id\":\"c/1\",\"task_id\":\"t_0a1b2c3d\",\"run_id\":7}";

    assertThat(rig.done(
                "kanban_complete",
                "{\"summary\":\"s\",\"artifacts\":\"/a\",\"created_cards\":[\"t_2\"]}")
            .toString())
        .isEqualTo("{\"ok\":true,\"task_id\":\"t_0a1b2c3d\",\"run_id\":7}");
    rig.done("kanban_block", "{\"reason\":\"r\"}");
    rig.done("kanban_heartbeat", "{\"note\":\"n\"}");
    rig.done("kanban_comment", "{\"task_id\":\"t_9\",\"body\":\"b\"}");
    rig.done("kanban_link", "{\"parent_id\":\"t_1\",\"child_id\":\"t_2\"}");

    assertThat(requests)
        .containsExactly(
            "POST /complete Bearer secret {\"summary\":\"s\",\"metadata\":{\"artifacts\":[\"/a\"]},\"created_cards\":[\"t_2\"]}",
            "POST /block Bearer secret {\"reason\":\"r\"}",
            "POST /heartbeat Bearer secret {\"note\":\"n\"}",
            "POST /comment Bearer secret {\"task_id\":\"t_9\",\"body\":\"b\"}",
            "POST /link Bearer secret {\"parent_id\":\"t_1\",\"child_id\":\"t_2\"}");
  }

  @Test
  void shouldCreateThroughTheLauncher() {
    answer = "{\"ok\":true,\"command_id\":\"c/1\",\"task_id\":\"t_5\",\"status\":\"ready\"}";

    assertThat(rig.done("kanban_create", "{\"title\":\"t\",\"assignee\":\"b\",\"priority\":2}")
            .toString())
        .isEqualTo("{\"ok\":true,\"task_id\":\"t_5\",\"status\":\"ready\"}");
    assertThat(requests.get(0))
        .isEqualTo(
            "POST /create Bearer secret {\"title\":\"t\",\"assignee\":\"b\",\"workspace_kind\":\"scratch\",\"initial_status\":\"running\",\"priority\":2,\"triage\":false}");
  }

  @Test
  void shouldSayThatAnAnswerIsYetToCome() {
    status = 202;
    answer = "{\"ok\":true,\"kept\":true,\"command_id\":\"c/1\"}";

    ObjectNode done = rig.done("kanban_complete", "{\"summary\":\"s\"}");

    assertThat(done.get("kept").asBoolean()).isTrue();
    assertThat(done.get("note").asText()).contains("not answered yet");
    assertThat(done.get("run_id").asInt()).isEqualTo(7);
  }

  @Test
  void shouldHandOnWhyTheBoardRefused() {
    status = 409;
    answer = "{\"error\":\"The task is unchanged: not yours: t_2.\",\"command_id\":\"c/1\"}";

    assertThat(rig.refused("kanban_complete", "{\"summary\":\"s\"}"))
        .isEqualTo("kanban_complete: The task is unchanged: not yours: t_2.");
  }

  @Test
  void shouldSayThatTheLauncherIsAway() {
    launcher.stop(0);

    assertThat(rig.refused("kanban_heartbeat", "{}")).contains("does not answer", "call again");
  }

  @Test
  void shouldKnowNoOtherBoard() {
    assertThat(rig.refused("kanban_heartbeat", "{\"board\":\"other\"}"))
        .contains("its own board only");
    rig.done("kanban_heartbeat", "{\"board\":\"main\"}");
    assertThat(requests).hasSize(1);
  }

  @Test
  void shouldPreferTheBoardsFileWhereItIsThere() throws IOException {
    rig.with("HERMES_KANBAN_TASK", "");
    String task = rig.task("here");
    rig.workOn(task);

    rig.done("kanban_complete", "{\"summary\":\"s\"}");

    assertThat(requests).isEmpty();
    assertThat(rig.status(task)).isEqualTo("done");
    Files.delete(home.resolve("kanban.db"));
    assertThat(rig.done("kanban_heartbeat", "{}").get("ok").asBoolean()).isTrue();
    assertThat(requests).hasSize(1);
  }
}
