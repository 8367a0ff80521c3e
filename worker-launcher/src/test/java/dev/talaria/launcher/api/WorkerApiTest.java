package dev.talaria.launcher.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.launcher.rundir.BoardAnswer;
import dev.talaria.launcher.rundir.RunDirectories;
import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.protocol.id.RunKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkerApiTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final RunKey RUN = RunKey.parse("alpha/default#t_1#12");
  private static final String FORM = "application/x-www-form-urlencoded";

  @TempDir
  Path home;

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Report> sent = new CopyOnWriteArrayList<>();
  private volatile @Nullable Function<Report, BoardAnswer> board;
  private RunDirectory directory;
  private ReportDesk desk;
  private WorkerApi api;
  private WorkerApi.Access access;

  @BeforeEach
  void open() throws IOException {
    directory = RunDirectories.open(home).create(RUN, new byte[0]).orElseThrow();
    start();
  }

  private void start() throws IOException {
    desk = new ReportDesk(report -> {
      sent.add(report);
      Function<Report, BoardAnswer> answering = board;
      if (answering != null) {
        CompletableFuture.runAsync(() -> answer(report.commandId(), answering.apply(report)));
      }
    });
    api = new WorkerApi(desk, home, Duration.ofMillis(board == null ? 100 : 10_000));
    api.start();
    access = api.open(directory, () -> JSON.createObjectNode().put("title", "Fix it"));
  }

  private void restart(@Nullable Function<Report, BoardAnswer> answering) throws IOException {
    api.close();
    board = answering;
    start();
  }

  private ReportDesk.Noted answer(String commandId, BoardAnswer answer) {
    try {
      return desk.answered(commandId, answer);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @AfterEach
  void close() {
    api.close();
  }

  @Test
  void shouldTellTheTask() throws Exception {
    HttpResponse<String> response =
        http.send(request("/task").build(), HttpResponse.BodyHandlers.ofString());

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(json(response).path("title").asText()).isEqualTo("Fix it");
  }

  @Test
  void shouldKeepCallsUntilTheBoardAnswers() throws Exception {
    HttpResponse<String> response = post("/complete", "application/json", "{\"summary\":\"done\"}");

    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(json(response).path("command_id").asText()).isEqualTo(RUN + "/complete/1");
    assertThat(directory.said().pending()).hasSize(1);
    assertThat(sent).hasSize(1);
    assertThat(desk.resend()).isEqualTo(1);
    assertThat(sent.get(1)).isEqualTo(sent.get(0));
    assertThat(answer(RUN + "/complete/1", BoardAnswer.done(null)))
        .isEqualTo(ReportDesk.Noted.NOTED);
    assertThat(post("/complete", "application/json", "{\"summary\":\"done\"}").statusCode())
        .as("the same call again finds its answer")
        .isEqualTo(200);
    assertThat(desk.resend()).isZero();
  }

  @Test
  void shouldPassOnWhatTheBoardSays() throws Exception {
    restart(report -> report.body().path("summary").asText().equals("good")
        ? BoardAnswer.done(JSON.createObjectNode().put("run_id", 12))
        : BoardAnswer.refused("phantom cards: t_9"));

    HttpResponse<String> refused = post("/complete", FORM, "summary=bad");
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(json(refused).path("error").asText()).isEqualTo("phantom cards: t_9");
    assertThat(post("/complete", FORM, "summary=bad").statusCode())
        .as("a refused call may be made again")
        .isEqualTo(409);
    assertThat(sent).hasSize(2);
    HttpResponse<String> done = post("/complete", FORM, "summary=good");
    assertThat(done.statusCode()).isEqualTo(200);
    assertThat(json(done).path("run_id").asInt()).isEqualTo(12);
  }

  @Test
  void shouldTakeTheSameCallOnce() throws Exception {
    restart(report -> BoardAnswer.done(JSON.createObjectNode().put("task_id", "t_" + sent.size())));
    String body = "{\"title\":\"a\",\"assignee\":\"coder\",\"priority\":2}";

    String first =
        json(post("/create", "application/json", body)).path("task_id").asText();
    assertThat(json(post("/create", FORM, "priority=2&assignee=coder&title=a"))
            .path("task_id")
            .asText())
        .as("in whatever form")
        .isEqualTo(first);
    assertThat(json(post("/create", "application/json", body, "k1"))
            .path("task_id")
            .asText())
        .isNotEqualTo(first);
    assertThat(post("/create", FORM, "title=b&assignee=coder", "k1").statusCode())
        .isEqualTo(409);
    assertThat(sent)
        .extracting(Report::commandId)
        .containsExactly(RUN + "/create/1", RUN + "/create/2");

    restart(board);
    assertThat(json(post("/create", "application/json", body)).path("task_id").asText())
        .as("across a restart")
        .isEqualTo(first);
    assertThat(sent).hasSize(2);
  }

  @Test
  void shouldReadWhatShellScriptsSend() throws Exception {
    post(
        "/complete",
        FORM,
        "summary=all%20is+well&artifacts=a&artifacts=b&metadata=%7B%22n%22%3A1%7D");
    post("/complete", FORM, "{\"summary\": \"curl -d with JSON\"}");
    post("/complete", "text/plain", "plain & simple = 100%\n");
    post("/comment", FORM, "body=100% sure");
    post("/block", "text/plain", "need a key");
    post("/heartbeat", FORM, "");

    assertThat(sent)
        .extracting(report -> report.body().toString())
        .containsExactly(
            "{\"summary\":\"all is well\",\"metadata\":{\"n\":1,\"artifacts\":[\"a\",\"b\"]}}",
            "{\"summary\":\"curl -d with JSON\"}",
            "{\"summary\":\"plain & simple = 100%\"}",
            "{\"body\":\"100% sure\"}",
            "{\"reason\":\"need a key\"}",
            "{}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/complete|{}|400|'complete' needs 'summary' or 'result'.",
        "/complete|{\"sumary\":\"x\"}|400|'complete' does not know [sumary]; it knows [artifacts,",
        "/complete|{\"summary\":1}|400|'summary' of 'complete' must be text.",
        "/complete|{\"summary\":\"x\",\"metadata\":[]}|400|'metadata' of 'complete' must be a JSON object.",
        "/complete|{\"summary\":\"x\",\"task_id\":\"t_2\"}|403|may not do this to task 't_2'",
        "/complete|[1]|400|The body is JSON but not an object",
        "/complete|{\"summary\":|400|The body is not JSON",
        "/block|{}|400|'block' needs 'reason'.",
        "/create|{\"title\":\"x\"}|400|'create' needs 'assignee'.",
        "/create|{\"title\":\"x\",\"assignee\":\"a\",\"priority\":\"high\"}|400|must be a whole number",
        "/link|{\"parent_id\":\"x\"}|400|'link' needs 'child_id'.",
        "/nothing|{}|404|There is no '/nothing' here",
        "/task|{}|405|'/task' is called with GET.",
      })
  void shouldSayWhatIsWrong(String path, String body, int status, String message) throws Exception {
    HttpResponse<String> response = post(path, "application/json", body);

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(json(response).path("error").asText()).contains(message);
    assertThat(sent).isEmpty();
  }

  @Test
  void shouldRefuseStrangersAndLargeBodies() throws Exception {
    HttpRequest bare = HttpRequest.newBuilder(access.url().resolve("/task")).build();
    assertThat(http.send(bare, HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(401);
    HttpRequest wrong = HttpRequest.newBuilder(access.url().resolve("/task"))
        .header("Authorization", "Bearer " + access.token() + "x")
        .build();
    assertThat(http.send(wrong, HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(401);
    assertThat(post("/comment", "text/plain", "x".repeat(8 * 1024 * 1024 + 1)).statusCode())
        .isEqualTo(413);
    assertThat(sent).isEmpty();
  }

  @Test
  void shouldKeepAddressAndTokenAcrossARestart() throws Exception {
    WorkerApi.Access before = access;

    restart(null);

    assertThat(access).isEqualTo(before);
    assertThat(Files.getPosixFilePermissions(directory.path().resolveSibling(".token-secret")))
        .hasSize(2);
    assertThat(access.toString()).doesNotContain(access.token());
  }

  @Test
  void shouldTakeItsFormerPortAsSoonAsItIsFree() throws Exception {
    URI former = access.url();
    api.close();
    ServerSocket thief = new ServerSocket(former.getPort(), 1, InetAddress.getByName("127.0.0.1"));
    try (Loopback loopback =
        new Loopback(home.resolve(".api-port"), Duration.ofMillis(20), exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(204, -1);
          }
        })) {
      loopback.start();
      assertThat(loopback.port()).isNotEqualTo(former.getPort());
      thief.close();

      await()
          .ignoreExceptions()
          .until(() -> http.send(
                      HttpRequest.newBuilder(former).build(),
                      HttpResponse.BodyHandlers.discarding())
                  .statusCode()
              == 204);
    }
    start();
  }

  @Test
  void shouldCloseARunByItsLastWord() throws Exception {
    ObjectNode body = JSON.createObjectNode().put("code", 0);
    assertThat(desk.sayOnce(RUN, "started", body)).contains(RUN + "/started/1");
    assertThat(desk.sayOnce(RUN, "started", body)).contains(RUN + "/started/1");
    post("/comment", "text/plain", "on it");
    String last = desk.sayLast(RUN, "exited", body);

    assertThat(desk.sayLast(RUN, "never_started", body))
        .isEqualTo(last)
        .isEqualTo(RUN + "/exited/3");
    assertThat(post("/complete", FORM, "summary=late").statusCode()).isEqualTo(410);
    assertThat(answer(last, BoardAnswer.done(null))).isEqualTo(ReportDesk.Noted.NOTED);
    assertThat(directory.acknowledged()).as("a comment is still on its way").isFalse();
    answer(RUN + "/started/1", BoardAnswer.done(null));
    assertThat(answer(RUN + "/comment/2", BoardAnswer.done(null)))
        .isEqualTo(ReportDesk.Noted.RUN_ACKNOWLEDGED);
    assertThat(directory.acknowledged()).isTrue();
    assertThat(answer("alpha/default#t_1#13/exited/1", BoardAnswer.done(null)))
        .isEqualTo(ReportDesk.Noted.UNKNOWN);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(access.url().resolve(path))
        .header("Authorization", "Bearer " + access.token());
  }

  private HttpResponse<String> post(String path, String type, String body) throws Exception {
    return post(path, type, body, null);
  }

  private HttpResponse<String> post(String path, String type, String body, @Nullable String key)
      throws Exception {
    HttpRequest.Builder request =
        request(path).header("Content-Type", type).POST(HttpRequest.BodyPublishers.ofString(body));
    if (key != null) {
      request.header("Idempotency-Key", key);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> response) throws IOException {
    return JSON.readTree(response.body());
  }
}
