package dev.talaria.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.talaria.board.slice.BoardSlice;
import dev.talaria.board.text.BoardJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Every local verb, typed by a worker on beta whose board is on alpha: none opens or makes a board of beta's, though
 * beta's has the same name. Replay the random lines with {@code -Dtalaria.seed=}.
 */
class RemoteWorkerTest {
  private static final int LINES_PER_VERB = 3;

  @TempDir
  Path alpha;

  @TempDir
  Path beta;

  private HttpServer launcher;
  private String task = "";
  private byte[] granted = new byte[0];

  /** What beta's home holds of its own. */
  enum Home {
    NO_BOARD,
    A_BOARD,
    /** Whoever opened it would say that it is damaged. */
    NO_DATABASE
  }

  @BeforeEach
  void aTaskOfAlpha() throws IOException {
    var there = new CliRig(alpha);
    task = there.create("of alpha", "--assignee", "coder");
    granted = there.onBoard(tx -> {
      ObjectNode answer = BoardJson.object().put("worker_context", "of alpha");
      answer.set("slice", BoardSlice.of(tx, task).orElseThrow());
      return answer.toString().getBytes(StandardCharsets.UTF_8);
    });
    launcher = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    launcher.createContext("/", this::answer);
    launcher.start();
  }

  @AfterEach
  void stop() {
    launcher.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      byte[] body = exchange.getRequestMethod().equals("GET")
          ? granted
          : "{\"ok\":true,\"task_id\":\"t_1\",\"comment_id\":1,\"status\":\"todo\"}"
              .getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private CliRig worker() {
    return new CliRig(beta)
        .with("TALARIA_FLEET_HOST", "beta")
        .with("HERMES_KANBAN_TASK", task)
        .with("HERMES_KANBAN_RUN_ID", "7")
        .with("HERMES_KANBAN_BOARD", "default")
        .with(
            "HERMES_KANBAN_DB",
            beta.resolve("run/board-is-on-host-alpha/kanban.db").toString())
        .with("HERMES_PROFILE", "coder")
        .with("TALARIA_WORKER_URL", "http://127.0.0.1:" + launcher.getAddress().getPort())
        .with("TALARIA_WORKER_TOKEN", "secret");
  }

  private void lay(Home home) throws IOException {
    switch (home) {
      case NO_BOARD -> {}
      case A_BOARD -> {
        var own = new CliRig(beta);
        own.create("of beta", "--assignee", "coder");
        own.run("boards", "create", "side");
      }
      case NO_DATABASE -> Files.writeString(beta.resolve("kanban.db"), "SQLite it is not");
    }
  }

  @ParameterizedTest
  @EnumSource(Home.class)
  void shouldNeverOpenNorMakeABoardOfTheWorkersHost(Home home) throws IOException {
    lay(home);
    List<String> before = digest();
    long seed = Long.getLong("talaria.seed", ThreadLocalRandom.current().nextLong());
    CliRig worker = worker();

    for (List<String> line : lines(new Random(seed))) {
      CliRig.Result result = worker.run(line.toArray(new String[0]));
      String typed = "seed %d: %s".formatted(seed, shown(line));
      assertThat(digest()).as(typed).isEqualTo(before);
      assertThat(result.out() + result.err())
          .as(typed)
          .doesNotContain("of beta", beta.resolve("kanban.db").toString(), "Unexpected failure");
      assertThat(result.exit()).as(typed).isBetween(0, 2);
    }
  }

  /** Each verb as it should be typed, on named boards too, and as it may be. */
  private List<List<String>> lines(Random random) {
    List<List<String>> lines = new ArrayList<>();
    var grammar = new VerbGrammar(beta.resolve("work"));
    for (CommandSpec verb : Reference.local()) {
      if (verb.subcommands().isEmpty()) {
        List<String> plain = grammar.plain(verb, Map.of("ready", task, "done", "t_00000001"));
        lines.add(plain);
        for (String board : List.of("default", "side", "beta/default")) {
          List<String> named = new ArrayList<>(List.of("--board", board));
          named.addAll(plain);
          lines.add(named);
        }
        for (int i = 0; i < LINES_PER_VERB; i++) {
          lines.add(grammar.random(verb, random, List.of(task, "t_00000001")));
        }
      }
    }
    return lines;
  }

  private static String shown(List<String> line) {
    String text = String.join(" ", line);
    return text.length() > 200 ? text.substring(0, 200) : text;
  }

  /** Every file of the home with its content. */
  private List<String> digest() throws IOException {
    try (Stream<Path> files = Files.walk(beta)) {
      return files.sorted().map(RemoteWorkerTest::entry).toList();
    }
  }

  private static String entry(Path file) {
    try {
      return Files.isDirectory(file)
          ? file.toString()
          : file + " " + Arrays.hashCode(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
