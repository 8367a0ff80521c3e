package dev.talaria.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.talaria.board.context.WorkerContext;
import dev.talaria.board.slice.BoardSlice;
import dev.talaria.board.text.BoardJson;
import dev.talaria.cli.CliRig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Verbs that a worker uses whose board is on another host: none touches a board of its own host. */
class RemoteVerbsTest {
  @TempDir
  Path alpha;

  @TempDir
  Path beta;

  private final List<String> requests = new ArrayList<>();
  private HttpServer launcher;
  private CliRig there;
  private CliRig here;
  private String task = "";
  private String parent = "";
  private int status = 200;
  private String answer = "{\"ok\":true,\"command_id\":\"c/1\"}";

  @BeforeEach
  void aWorkerOfAnotherHost() throws IOException {
    launcher = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    launcher.createContext("/", this::answer);
    launcher.start();
    there = new CliRig(alpha);
    parent = there.create("before", "--assignee", "coder");
    there.run("complete", parent, "--summary", "the base is laid");
    task = there.create("now", "--assignee", "coder", "--parent", parent, "--body", "do it");
    there.run("comment", task, "mind the gap");
    here = new CliRig(beta)
        .with("HERMES_KANBAN_TASK", task)
        .with("HERMES_KANBAN_RUN_ID", "7")
        .with("HERMES_KANBAN_BOARD", "default")
        .with(
            "HERMES_KANBAN_DB", beta.resolve("board-is-on-host-alpha/kanban.db").toString())
        .with("HERMES_PROFILE", "coder")
        .with("TALARIA_WORKER_URL", "http://127.0.0.1:" + launcher.getAddress().getPort())
        .with("TALARIA_WORKER_TOKEN", "secret");
  }

  @AfterEach
  void noBoardOfThisHostWasTouched() {
    launcher.stop(0);
    assertThat(beta.resolve("kanban.db")).doesNotExist();
    assertThat(beta.resolve("kanban")).doesNotExist();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.add("%s %s"
          .formatted(
              exchange.getRequestURI().getPath(),
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
      byte[] body = answer.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** What the launcher answers to {@code GET /task}. */
  private void granted() {
    var context = new WorkerContext(ZoneOffset.UTC, Map.of());
    answer = there.onBoard(tx -> {
      ObjectNode granted = BoardJson.object().put("worker_context", context.of(tx, task));
      granted.set("slice", BoardSlice.of(tx, task).orElseThrow());
      return granted.toString();
    });
  }

  @Test
  void shouldShowWhatTheBoardsOwnHostShows() {
    granted();

    for (String id : List.of(task, parent)) {
      for (List<String> verb :
          List.of(List.of("show", id, "--json"), List.of("show", id), List.of("context", id))) {
        String[] args = verb.toArray(String[]::new);
        CliRig.Result expected = there.run(args);
        assertThat(expected.exit()).as(expected.err()).isZero();
        if (id.equals(parent) && !args[0].equals("context")) {
          continue; // its events and its other runs stay on its board
        }
        assertThat(here.run(args)).isEqualTo(expected);
      }
    }
    CliRig.Result before = here.run("show", parent, "--json");
    assertThat(before.json().path("latest_summary").asText()).isEqualTo("the base is laid");
    assertThat(here.run("runs", parent, "--json").json()).hasSize(1);
    assertThat(here.run("show", "t_00000000").exit()).isEqualTo(1);
  }

  @Test
  void shouldSayThroughTheLauncherWhatChangesTheBoard() {
    answer = "{\"ok\":true,\"task_id\":\"t_1\",\"comment_id\":5,\"status\":\"todo\"}";

    assertThat(here.run("comment", task, "half", "way").out())
        .isEqualTo("Comment 5 added to " + task + "\n");
    here.run("heartbeat", task, "--note", "n");
    here.run("link", parent, task);
    assertThat(here.run("create", "next", "--assignee", "coder", "--max-retries", "3")
            .out())
        .isEqualTo("Created t_1  (todo, assignee=coder)\n");
    here.run("block", task, "which one?");
    here.run("complete", task, "--summary", "s", "--metadata", "{\"pr\":7}");

    assertThat(requests)
        .containsExactly(
            "/comment {\"task_id\":\"%s\",\"body\":\"half way\"}".formatted(task),
            "/heartbeat {\"task_id\":\"%s\",\"note\":\"n\"}".formatted(task),
            "/link {\"parent_id\":\"%s\",\"child_id\":\"%s\"}".formatted(parent, task),
            "/create {\"title\":\"next\",\"assignee\":\"coder\",\"body\":null,\"tenant\":null,\"workspace_kind\":\"scratch\",\"workspace_path\":null,\"branch_name\":null,\"idempotency_key\":null,\"initial_status\":\"running\",\"priority\":0,\"triage\":false,\"max_runtime_seconds\":null,\"max_retries\":3,\"parents\":[],\"skills\":null}",
            "/block {\"task_id\":\"%s\",\"reason\":\"which one?\",\"comment\":\"BLOCKED: which one?\"}"
                .formatted(task),
            "/complete {\"task_id\":\"%s\",\"summary\":\"s\",\"result\":null,\"metadata\":{\"pr\":7}}"
                .formatted(task));
  }

  @Test
  void shouldAskForLabelsAndRefuseToSpeakForOthers() {
    answer = "{\"ok\":true,\"task_id\":\"t_1\",\"status\":\"ready\"}";

    String[] labelled = {"create", "on a big one", "--require", "gpu=true", "--created-by", "coder"
    };
    assertThat(here.run(labelled).exit()).isZero();
    assertThat(requests).hasSize(1);
    assertThat(requests.get(0)).endsWith("\"requires\":{\"gpu\":\"true\"}}");

    assertThat(here.run("create", "x", "--require", "gpu").exit()).isEqualTo(2);
    CliRig.Result other = here.run("create", "x", "--created-by", "ann");
    assertThat(other.exit()).isEqualTo(2);
    assertThat(other.err()).contains("--created-by", "'coder'", "Leave it out");
    assertThat(requests).hasSize(1);
  }

  @Test
  void shouldSayWhyTheBoardRefused() {
    status = 409;
    answer = "{\"error\":\"The task is unchanged: not yours: t_2.\"}";

    CliRig.Result refused = here.run("complete", task, "--summary", "s");

    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err()).contains("not yours: t_2");
    assertThat(refused.out()).isEmpty();
  }

  @Test
  void shouldSayThatTheBoardHasNotAnsweredYet() {
    status = 202;
    answer = "{\"ok\":true,\"kept\":true}";

    CliRig.Result kept = here.run("comment", task, "x");

    assertThat(kept.exit()).isZero();
    assertThat(kept.err()).contains("has not answered yet");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "init",
        "list",
        "claim t_1",
        "edit t_1 --result x",
        "unblock t_1",
        "assign t_1 none",
        "archive t_1",
        "log t_1",
        "tail t_1",
        "watch",
        "gc",
        "stats",
        "reclaim t_1",
        "boards list",
        "boards create other",
        "swarm goal --worker a:b --verifier v --synthesizer s"
      })
  void shouldRefuseWhatIsForTheBoardsOwnHost(String line) {
    CliRig.Result refused = here.run(line.split(" ", -1));

    assertThat(refused.exit()).as(refused.out()).isEqualTo(1);
    assertThat(refused.err()).contains("board is on another host");
    assertThat(requests).isEmpty();
  }

  @Test
  void shouldWorkOnTheFileWhereItIsHere() throws IOException {
    Path shadow = Files.createDirectories(beta.resolve("run")).resolve("shadow.db");
    there.onBoard(tx -> 0);
    Files.copy(alpha.resolve("kanban.db"), shadow);

    here.with("HERMES_KANBAN_DB", shadow.toString());

    assertThat(here.run("show", task).out()).contains("now");
    assertThat(requests).isEmpty();
  }
}
