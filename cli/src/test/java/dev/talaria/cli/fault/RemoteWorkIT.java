package dev.talaria.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.talaria.board.event.EventRow;
import dev.talaria.board.task.Comment;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Requirements;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.Tasks;
import dev.talaria.cli.CliRig;
import dev.talaria.cli.Main;
import dev.talaria.testkit.JavaProcess;
import dev.talaria.testkit.JavaProcesses;
import dev.talaria.testkit.WithKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tasks of a board of host alpha whose workers run on beta: the board holds what it would if they had run on alpha. */
@WithKafka
@Timeout(240)
class RemoteWorkIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  /** What says where it ran, or when. */
  private static final Set<String> OF_THE_HOST = Set.of(
      "pid", "claimer", "launcher", "lock", "expires", "run_id", "seconds", "log_tail", "draft");

  @TempDir
  static Path root;

  private static FaultHost host;
  private static Path beta;
  private static JavaProcess launcher;

  private static NewTask task(String lane, String plan) {
    return NewTask.titled(plan + " it").withAssignee(lane).withCreatedBy("test");
  }

  @BeforeAll
  static void alphaWithABoardAndBetaWithout(JavaProcesses processes) throws Exception {
    Path tools =
        Path.of("../worker-launcher/src/test/resources/hermes_tools.py").toRealPath();
    Path api = Path.of("src/test/resources/api_worker.py").toRealPath();
    host = new FaultHost(processes, root);
    Path yaml = host.home().resolve("talaria.yaml");
    Files.writeString(
        yaml,
        Files.readString(yaml).stripTrailing() + """

            near:
              command: [python3, '%s']
        """.formatted(tools).indent(0).stripTrailing()
            + "\n");
    host.start();
    beta = Files.createDirectories(root.resolve("home-beta"));
    Files.writeString(
        beta.resolve("talaria.yaml"), """
        fleet:
          host: beta
        launcher:
          lanes:
            far:
              command: [python3, '%s']
              shadow: true
            api:
              command: [python3, '%s', '%s']
        """.formatted(tools, api, root.resolve("api-gate")));
    launcher = launcher(processes);
  }

  /** The launcher of beta, once it is there. */
  private static JavaProcess launcher(JavaProcesses processes) {
    JavaProcess process = processes
        .of(Main.class)
        .jvmArgs("-Xmx256m", "--enable-native-access=ALL-UNNAMED")
        .env("HERMES_HOME", beta.toString())
        .env("HERMES_KANBAN_HOME", "")
        .args(
            "launcher",
            "--kafka",
            host.bootstrap(),
            "--set",
            "kafka.partitions=1",
            "--http-port",
            "0")
        .start("launcher-beta");
    process.awaitLine("launcher  beta", LIMIT);
    return process;
  }

  @AfterEach
  void noBoardCameToBeta() {
    assertThat(beta.resolve("kanban.db")).doesNotExist();
    assertThat(launcher.isAlive()).isTrue();
  }

  @Test
  void shouldDoThroughTheWorkerApiWhatIsDoneOnTheBoardsHostAndFollowItsLogThere() throws Exception {
    String id = host.create("api", "over http");
    Path log = host.home().resolve("kanban/logs/" + id + ".log");
    await("its first words have come over").atMost(LIMIT).until(() -> Files.exists(log));
    JavaProcess follower = host.begin("log", "-f", id);
    follower.awaitLine("works on over http", LIMIT);

    Files.createFile(root.resolve("api-gate"));

    host.awaitStatus(id, "done", LIMIT);
    follower.awaitLine("the last word", LIMIT);
    // the launcher's own line, which may come after the worker's next, or in the middle of one
    follower.awaitLine("[talaria] the board refused 'complete'", LIMIT);
    FaultHost.interrupt(follower);
    follower.awaitEnd(LIMIT);
    assertThat(follower.output()).containsExactlyElementsOf(Files.readAllLines(log));
    assertThat(follower.output())
        .filteredOn(line -> line.startsWith("refused 409 "))
        .singleElement()
        .asString()
        .contains("t_deadbeef");

    assertThat(host.<List<Comment>>read(tx -> Tasks.comments(tx, id)))
        .extracting(it -> it.author() + ": " + it.body())
        .containsExactly("api: found it 👍");
    List<String> children = host.read(tx -> Tasks.children(tx, id));
    assertThat(children).hasSize(1);
    String child = children.get(0);
    assertThat(host.task(child).createdBy()).isEqualTo("api");
    assertThat(host.<Map<String, String>>read(tx -> Requirements.of(tx, child)))
        .isEqualTo(Map.of("gpu", "true"));
    assertThat(host.events(id, "completion_blocked_hallucination")).hasSize(1);
    assertThat(host.events(id, "completed")).hasSize(1);
    assertThat(host.runs(id)).extracting(Run::summary).containsExactly("all done");
  }

  @Test
  void shouldSayEachWordOfAShadowWorkerOnceThoughItsLauncherIsKilled(JavaProcesses processes)
      throws Exception {
    Path gate = root.resolve("gate");
    String id = host.create("far", "gated %s it".formatted(gate));
    await("its first words are on the board")
        .atMost(LIMIT)
        .until(() -> host.tasks().stream().anyMatch(task -> task.title().equals("first")));

    launcher.kill();
    Files.createFile(root.resolve("gate.1"));
    await("it has gone on").atMost(LIMIT).until(() -> Files.exists(root.resolve("gate.written")));
    launcher = launcher(processes);
    await("what it wrote meanwhile is on the board")
        .atMost(LIMIT)
        .until(() -> host.tasks().stream().anyMatch(task -> task.title().equals("second")));
    assertThat(host.task(id).status()).isEqualTo("running");
    Files.createFile(root.resolve("gate.2"));

    host.awaitStatus(id, "done", LIMIT);
    await("its end is on the board")
        .atMost(LIMIT)
        .until(() -> host.unsettledRuns().isEmpty());
    assertThat(host.<List<Comment>>read(tx -> Tasks.comments(tx, id)))
        .extracting(it -> it.body())
        .containsExactly("before", "while nobody looks", "after");
    assertThat(host.tasks()).extracting(Task::title).containsOnlyOnce("first", "second");
    assertThat(host.runs(id)).extracting(Run::outcome).containsExactly("completed");
    assertThat(host.events(id, "completed")).hasSize(1);
    assertThat(host.events(id, "worker_exited")).hasSize(1);
    await("the log is whole")
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(logOf(host, id).lines())
            .hasSize(2)
            .first()
            .asString()
            .startsWith("works on gated"));
  }

  @Test
  void shouldLeaveTheSameOnTheBoardWhereverATaskWasDone() throws Exception {
    for (String plan : List.of("complete", "block", "phantom")) {
      List<String> pair = host.create(List.of(task("near", plan), task("far", plan)));
      String status = plan.equals("complete") ? "done" : plan.equals("block") ? "blocked" : null;
      for (String id : pair) {
        if (status != null) {
          host.awaitStatus(id, status, LIMIT);
        }
      }
      if (status != null) {
        await("both ends are on the board")
            .atMost(LIMIT)
            .until(() -> host.unsettledRuns().isEmpty());
        assertThat(facts(host, pair.get(1))).isEqualTo(facts(host, pair.get(0)));
        assertThat(logOf(host, pair.get(0))).contains("works on");
        await("the log has come over")
            .atMost(LIMIT)
            .untilAsserted(
                () -> assertThat(logOf(host, pair.get(1))).isEqualTo(logOf(host, pair.get(0))));
      } else {
        // on its own board nobody checks what hermes's tools have checked; elsewhere the board does
        host.awaitStatus(pair.get(1), "blocked", LIMIT);
        assertThat(host.events(pair.get(1), "completion_blocked_hallucination")).hasSize(1);
        EventRow violation = host.events(pair.get(1), "protocol_violation").get(0);
        assertThat(violation.payloadObject().path("draft").path("summary").asText())
            .isEqualTo("made up");
        CliRig.Result accepted = new CliRig(host.home()).atPresent().run("accept", pair.get(1));
        assertThat(accepted.exit()).as(accepted.err()).isZero();
        assertThat(host.task(pair.get(1)).status()).isEqualTo("done");
        assertThat(host.runs(pair.get(1)))
            .extracting(Run::summary)
            .containsExactly(null, "made up");
        await("the refusal is in the worker's log")
            .atMost(LIMIT)
            .untilAsserted(() -> assertThat(logOf(host, pair.get(1)))
                .contains("the board refused 'complete'", "t_deadbeef"));
      }
    }
  }

  private static String logOf(FaultHost host, String task) throws Exception {
    Path log = host.home().resolve("kanban/logs/" + task + ".log");
    return Files.exists(log) ? Files.readString(log) : "";
  }

  /** What the board holds of a task, without ids of its own, times and what says where it ran. */
  private static List<String> facts(FaultHost host, String id) {
    List<String> facts = new ArrayList<>();
    Task task = host.task(id);
    facts.add("%s %s %s".formatted(task.status(), task.result(), task.consecutiveFailures()));
    for (Run run : host.runs(id)) {
      facts.add("run %s %s %s %s %s"
          .formatted(run.status(), run.outcome(), run.summary(), run.metadata(), run.error()));
    }
    host.read(tx -> Tasks.comments(tx, id))
        .forEach(it -> facts.add("comment %s".formatted(it.body())));
    for (String child : host.read(tx -> Tasks.children(tx, id))) {
      Task made = host.task(child);
      facts.add("child %s %s %s".formatted(made.title(), made.assignee(), made.status()));
      host.read(tx -> Tasks.children(tx, child))
          .forEach(it -> facts.add("grandchild %s %s"
              .formatted(
                  host.task(it).title(), host.read(tx -> Tasks.comments(tx, it)).size())));
    }
    for (EventRow event : host.events(id)) {
      var payload = event.payloadObject();
      if (payload != null) {
        payload = payload.deepCopy();
        payload.remove(OF_THE_HOST);
        payload.remove(
            "len"); // of the words as they were typed; a shadow board holds them stripped
        payload.remove(List.of("assignee", "verified_cards", "author", "parent", "child"));
      }
      facts.add("event %s %s".formatted(event.kind(), payload));
    }
    return facts;
  }
}
