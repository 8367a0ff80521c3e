package dev.talaria.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.core.status.NopStatusListener;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.event.Events;
import dev.talaria.board.text.BoardJson;
import dev.talaria.cli.CliRig;
import dev.talaria.cli.Main;
import dev.talaria.testkit.JavaProcess;
import dev.talaria.testkit.JavaProcesses;
import dev.talaria.testkit.OwnBroker;
import dev.talaria.testkit.WithKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command on one host, a board with its dispatcher on another, a real broker between. */
@WithKafka
@Timeout(180)
class RemoteBoardIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Pattern COMMAND_ID = Pattern.compile("--command-id (c-[0-9a-f]+)");

  private static final String KIND = "progress";

  @TempDir
  private Path root;

  private CliRig beta;

  private CliRig.Result ask(FaultHost alpha, String... arguments) {
    String[] line = new String[arguments.length + 2];
    line[0] = "--board";
    line[1] = alpha.boardKey();
    System.arraycopy(arguments, 0, line, 2, arguments.length);
    return beta.run(line);
  }

  private static JavaProcess dispatcher(FaultHost alpha) {
    JavaProcess process = alpha.serve("dispatcher", "--dispatch");
    process.awaitLine(line -> line.startsWith("ready "), SOON);
    return process;
  }

  @Test
  void shouldWorkOnTheBoardOfAnotherHostOnceWhateverEndsMeanwhile(
      OwnBroker broker, JavaProcesses processes) throws IOException {
    broker.start();
    var alpha = new FaultHost(processes, root)
        .set("kafka.bootstrap", broker.bootstrapServers())
        .set("kafka.partitions", "3");
    beta = new CliRig(Files.createDirectory(root.resolve("beta")))
        .atPresent()
        .with("TALARIA_FLEET_HOST", "beta")
        .with("TALARIA_KAFKA_BOOTSTRAP", broker.bootstrapServers());
    JavaProcess dispatcher = dispatcher(alpha);

    // each way of being carried out, and the same words as there
    CliRig.Result created = ask(alpha, "create", "From afar", "--json");
    assertThat(created.exit()).as(created.err()).isZero();
    String id = created.json().get("id").asText();
    assertThat(ask(alpha, "comment", id, "so be it").out())
        .isEqualTo("Comment 1 added to %s%n".formatted(id));
    assertThat(ask(alpha, "show", id, "--json").out())
        .isEqualTo(String.join("\n", alpha.verb("show", id, "--json")) + "\n");
    assertThat(ask(alpha, "gc", "--dry-run").out()).contains("Would remove 0 workspaces");
    assertThat(ask(alpha, "show", "t_nope").exit()).isEqualTo(1);
    large(alpha);

    // what cannot be asked
    CliRig.Result unknown = beta.run("--board", "alpha/side", "list");
    assertThat(unknown.exit()).isEqualTo(1);
    assertThat(unknown.err()).contains("No dispatcher serves board", "  alpha/default\n");
    for (String verb : List.of("watch", "tail")) {
      CliRig.Result follows = verb.equals("tail")
          ? ask(alpha, verb, "t_nope")
          : beta.run("--board", "alpha/side", verb);
      assertThat(follows.exit()).as(verb).isEqualTo(1);
      assertThat(follows.out()).isEmpty();
      assertThat(follows.err())
          .contains(verb.equals("tail") ? "t_nope" : "No dispatcher serves board 'alpha/side'");
    }
    boards(alpha);
    assertThat(beta.run("--board", "beta/default", "create", "Here").exit())
        .as("its own board needs nobody")
        .isZero();

    // the dispatcher dies, and comes back
    dispatcher.kill();
    CliRig.Result unanswered =
        beta.run("--board", alpha.boardKey(), "--timeout", "4s", "create", "Once");
    assertThat(unanswered.exit()).as(unanswered.err()).isEqualTo(75);
    assertThat(unanswered.err()).contains("may still be carried out until");
    Matcher commandId = COMMAND_ID.matcher(unanswered.err());
    assertThat(commandId.find()).isTrue();
    dispatcher(alpha);
    String[] again = {
      "--board", alpha.boardKey(), "--command-id", commandId.group(1), "create", "Once"
    };
    CliRig.Result answer = beta.run(again);
    assertThat(answer.exit()).as(answer.err()).isZero();
    assertThat(beta.run(again)).isEqualTo(answer);
    assertThat(alpha.tasks().stream().filter(task -> task.title().equals("Once")))
        .hasSize(1);

    // the broker goes
    broker.stop();
    CliRig.Result away = beta.run("--board", alpha.boardKey(), "--timeout", "2s", "list");
    assertThat(away.exit()).isEqualTo(1);
    assertThat(away.err()).contains("does not answer; nothing was sent");
  }

  /** Of the host, by its name or by that of a board of it. */
  private void boards(FaultHost alpha) {
    CliRig.Result made =
        beta.run("boards", "create", "docs", "--host", "alpha", "--name", "The docs");
    assertThat(made.exit()).as(made.err()).isZero();
    assertThat(alpha.home().resolve("kanban/boards/docs/kanban.db")).exists();
    assertThat(ask(alpha, "boards", "rename", "docs", "Handbook").exit()).isZero();
    assertThat(beta.run("boards", "--host", "alpha", "list", "--json").out())
        .contains("Handbook")
        .isEqualTo(String.join("\n", alpha.verb("boards", "list", "--json")) + "\n");
    assertThat(ask(alpha, "boards", "show").lines()[0]).isEqualTo("default");
    assertThat(ask(alpha, "boards", "rm", "docs").exit()).isZero();
    assertThat(alpha.home().resolve("kanban/boards/docs")).doesNotExist();
    assertThat(beta.run("boards", "--host", "beta").out()).contains("default");

    CliRig.Result chosen = beta.run("boards", "switch", "docs", "--host", "alpha");
    assertThat(chosen.exit()).isEqualTo(2);
    assertThat(chosen.err()).contains("choose it there");
    CliRig.Result nobody = beta.run("--timeout", "8s", "boards", "--host", "nowhere", "list");
    assertThat(nobody.exit()).isEqualTo(1);
    assertThat(nobody.err()).contains("No dispatcher serves a board of host 'nowhere'");
    assertThat(beta.run("--board", "alpha/default", "boards", "--host", "gamma").exit())
        .isEqualTo(2);
  }

  /** A verb on beta that goes on by itself. */
  private JavaProcess following(
      JavaProcesses processes, OwnBroker broker, String name, String... arguments) {
    return processes
        .of(Main.class)
        .property("logback.statusListenerClass", NopStatusListener.class.getName())
        .env("HERMES_KANBAN_HOME", root.resolve("beta").toString())
        .env("TALARIA_FLEET_HOST", "beta")
        .env("TALARIA_KAFKA_BOOTSTRAP", broker.bootstrapServers())
        .args("--board", "alpha/default")
        .args(arguments)
        .start(name);
  }

  private static void endByKeyboard(JavaProcess process) {
    FaultHost.interrupt(process);
    assertThat(process.awaitEnd(SOON)).as("%s", process.output()).isZero();
  }

  @Test
  void shouldFollowTheBoardOfAnotherHostOverARestartOfItsDispatcher(
      OwnBroker broker, JavaProcesses processes) throws IOException {
    broker.start();
    var alpha = new FaultHost(processes, root)
        .set("kafka.bootstrap", broker.bootstrapServers())
        .set("kafka.partitions", "3");
    Files.createDirectory(root.resolve("beta"));
    String id = alpha.create("coder", "followed");
    String other = alpha.create("writer", "not followed");
    happen(alpha, id, 600); // more than one page of the past
    JavaProcess dispatcher = dispatcher(alpha);

    JavaProcess tail = following(processes, broker, "tail", "tail", id);
    JavaProcess json = following(processes, broker, "tail-json", "tail", "--json", id);
    JavaProcess watch = following(
        processes, broker, "watch", "watch", "--json", "--assignee", "Coder", "--kinds", KIND);
    long past = alpha.events(id).size();
    tail.awaitLine(line -> true, (int) past, SOON);
    json.awaitLine(line -> true, (int) past, SOON);
    await("watch shows what happens").atMost(SOON).until(() -> {
      happen(alpha, other, 1);
      happen(alpha, id, 1);
      return !watch.output().isEmpty();
    });

    // while its dispatcher is away it goes on with the board, and catches up
    assertThat(dispatcher.terminate(SOON)).isZero();
    for (JavaProcess one : List.of(tail, json, watch)) {
      one.awaitLine("The dispatcher of 'alpha/default' was stopped.", SOON);
    }
    happen(alpha, other, 3);
    happen(alpha, id, 3);
    dispatcher(alpha);
    happen(alpha, id, 1);
    String last = "\"id\":%d,"
        .formatted(alpha.events(id, KIND).stream().mapToLong(EventRow::id).max().orElseThrow());
    for (JavaProcess one : List.of(json, watch)) {
      one.awaitLine(line -> line.contains(last), SOON);
    }

    List<EventRow> all = alpha.events(id);
    tail.awaitLine(line -> !line.contains("dispatcher"), all.size(), SOON);
    assertThat(events(tail)).isEqualTo(onAlpha(alpha, all.size(), "tail", id));
    List<String> whole = onAlpha(alpha, all.size(), "tail", "--json", id);
    assertThat(events(json)).isEqualTo(whole);
    List<String> watched = events(watch);
    assertThat(watched).hasSizeGreaterThan(4);
    assertThat(watched).isEqualTo(whole.subList(whole.size() - watched.size(), whole.size()));
    for (JavaProcess one : List.of(tail, json, watch)) {
      endByKeyboard(one);
    }
  }

  /** Events as any program may write them, in one transaction. */
  private static void happen(FaultHost alpha, String task, int count) {
    alpha.onBoard(board -> {
      board.change(tx -> {
        for (int i = 0; i < count; i++) {
          Events.append(tx, task, null, KIND, BoardJson.object().put("step", i));
        }
      });
      return true;
    });
  }

  /** What it wrote but for its words on stderr. */
  private static List<String> events(JavaProcess process) {
    return process.output().stream()
        .filter(line -> !line.startsWith("The dispatcher of"))
        .toList();
  }

  private static List<String> onAlpha(FaultHost alpha, int lines, String... verb) {
    JavaProcess local = alpha.begin(verb);
    local.awaitLine(line -> true, lines, SOON);
    local.kill();
    return local.output();
  }

  @Test
  void shouldReturnFromStopOnlyWhenTheWorkerHasEnded(OwnBroker broker, JavaProcesses processes)
      throws IOException {
    broker.start();
    var alpha = new FaultHost(processes, root).set("kafka.bootstrap", broker.bootstrapServers());
    Files.createDirectory(root.resolve("beta"));
    alpha.start();
    String id = alpha.create(FaultHost.LEDGER, "deaf"); // only KILL ends it
    alpha.awaitBegun(1, SOON);

    JavaProcess stop = following(processes, broker, "stop", "stop", id, "--wait", "--reason", "no");
    assertThat(stop.awaitEnd(SOON)).as("%s", stop.output()).isZero();
    assertThat(alpha.liveWorkers()).isEmpty();
    assertThat(alpha.unsettledRuns()).isEmpty();
    assertThat(alpha.task(id).status()).isEqualTo("blocked");
    assertThat(stop.output())
        .containsExactly("Stopped %s; it is blocked".formatted(id), "Its worker has ended");

    JavaProcess again = following(processes, broker, "again", "stop", id, "--wait");
    assertThat(again.awaitEnd(SOON)).isEqualTo(1);
    assertThat(again.output().get(0)).contains("Nobody works on it");
  }

  /** More than fits into one message comes in parts. */
  private void large(FaultHost alpha) {
    String body = "x".repeat(700_000);
    for (int i = 0; i < 3; i++) {
      assertThat(ask(alpha, "create", "large", "--body", body).exit()).isZero();
    }
    CliRig.Result list = ask(alpha, "list", "--json");
    assertThat(list.exit()).as(list.err()).isZero();
    assertThat(list.out()).hasSizeGreaterThan(2_100_000);
    assertThat(list.json()).hasSize(4);
  }
}
