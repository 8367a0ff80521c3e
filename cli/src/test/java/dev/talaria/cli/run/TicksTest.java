package dev.talaria.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.talaria.board.text.BoardJson;
import dev.talaria.cli.HostName;
import dev.talaria.cli.Session;
import dev.talaria.cli.Surroundings;
import dev.talaria.cli.Talaria;
import dev.talaria.cli.Terminal;
import dev.talaria.dispatcher.lock.BoardLocks;
import dev.talaria.launcher.process.ProcStat;
import dev.talaria.launcher.process.ProcessTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The verbs 'dispatch' and 'daemon' with real workers: a script that stands in for hermes. Time is the test's. */
class TicksTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private Path home;
  private final Map<String, String> environment = new HashMap<>();
  private Instant now = Instant.parse("2026-01-31T14:05:09Z");
  private final Random random = new Random(7);
  private String err = "";

  @BeforeEach
  void installHermes(@TempDir Path directory) throws IOException {
    home = Files.createDirectories(directory.toRealPath().resolve("home"));
    Path hermes = directory.resolve("bin").resolve("hermes");
    Files.createDirectories(hermes.getParent());
    Files.writeString(hermes, """
        #!/bin/sh
        [ "$1" = -p ] || exit 99
        . "$PLAYS/$HERMES_PROFILE"
        """);
    assertThat(hermes.toFile().setExecutable(true)).isTrue();
    environment.put("HERMES_KANBAN_HOME", home.toString());
    environment.put("HERMES_BIN", hermes.toString());
    environment.put("HERMES_KANBAN_CRASH_GRACE_SECONDS", "0");
    environment.put("PATH", "/usr/bin:/bin");
    environment.put("PLAYS", directory.resolve("plays").toString());
    environment.put("SIGNS", directory.resolve("signs").toString());
    Files.createDirectories(directory.resolve("plays"));
    Files.createDirectories(directory.resolve("signs"));
  }

  /** Workers outlive the verb that started them; they must not outlive their test. */
  @AfterEach
  void endWorkers() {
    String hermes = environment.get("HERMES_BIN");
    List<ProcessHandle> workers = ProcessHandle.allProcesses()
        .filter(process -> process.info().commandLine().orElse("").contains(hermes))
        .toList();
    workers.forEach(worker -> worker.descendants().forEach(ProcessHandle::destroyForcibly));
    workers.forEach(ProcessHandle::destroyForcibly);
    await().atMost(SOON).until(() -> workers.stream().noneMatch(ProcessHandle::isAlive));
  }

  private Path sign(String name) {
    return Path.of(environment.get("SIGNS")).resolve(name);
  }

  /** A profile whose workers do this. */
  private void profile(String name, String script) throws IOException {
    Files.createDirectories(home.resolve("profiles").resolve(name));
    Files.writeString(Path.of(environment.get("PLAYS")).resolve(name), script);
  }

  private Surroundings surroundings(StringWriter out, StringWriter errors) {
    return new Surroundings(
        environment,
        home,
        home,
        new PrintWriter(out),
        new PrintWriter(errors),
        Terminal.none(),
        () -> now,
        ZoneOffset.UTC,
        random,
        pause -> false);
  }

  private String talaria(int exit, String... args) {
    var out = new StringWriter();
    var errors = new StringWriter();
    int code = new Talaria(surroundings(out, errors)).run(args);
    err = errors.toString();
    assertThat(code).as(out + err).isEqualTo(exit);
    return out.toString();
  }

  private JsonNode json(String... args) {
    try {
      return JsonMapper.builder().build().readTree(talaria(0, args));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private String create(String profile, String... more) {
    List<String> args = new ArrayList<>(List.of("create", "a task", "--json"));
    if (!profile.isEmpty()) {
      args.addAll(List.of("--assignee", profile));
    }
    args.addAll(List.of(more));
    return json(args.toArray(new String[0])).path("id").asText();
  }

  private JsonNode tick() {
    return json("dispatch", "--json");
  }

  private JsonNode show(String id) {
    return json("show", id, "--json");
  }

  private String status(String id) {
    return show(id).at("/task/status").asText();
  }

  private JsonNode event(String id, String kind) {
    JsonNode found = BoardJson.object();
    for (JsonNode event : show(id).path("events")) {
      found = event.path("kind").asText().equals(kind) ? event.path("payload") : found;
    }
    return found;
  }

  private long pid(String id) {
    return event(id, "spawned").path("pid").asLong();
  }

  private static boolean lives(long pid) {
    return ProcessTable.ofThisHost().stat(pid).filter(ProcStat::alive).isPresent();
  }

  private void awaitEnd(String id) {
    long pid = pid(id);
    await("the end of worker " + pid).atMost(SOON).until(() -> !lives(pid));
    await("its status is written").atMost(SOON).until(() -> {
      try (var files = Files.walk(home.resolve("talaria/dispatched"))) {
        return files
            .filter(file -> file.getFileName().toString().equals("exit"))
            .filter(file -> file.getParent().toString().contains(id))
            .allMatch(file -> file.toFile().length() > 0 && readable(file));
      }
    });
  }

  private static boolean readable(Path exit) {
    try {
      return Files.readAllBytes(exit)[0] != 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void shouldStartWorkersAsHermesDoesAndFindTheirCodesInTheNextTick() throws Exception {
    environment.put("HERMES_TENANT", "stale");
    environment.put("HERMES_SESSION_ID", "stale");
    environment.put("HERMES_KANBAN_BRANCH", "stale");
    profile("coder", """
        echo "args $*"
        echo "task $HERMES_KANBAN_TASK run $HERMES_KANBAN_RUN_ID lock $HERMES_KANBAN_CLAIM_LOCK"
        echo "stale ${HERMES_TENANT-}${HERMES_SESSION_ID-}${HERMES_KANBAN_BRANCH-}."
        echo "in $(pwd) of $HERMES_KANBAN_WORKSPACE home $HERMES_HOME board $HERMES_KANBAN_BOARD"
        read line && echo "stdin is open"
        exit 3
        """);
    Files.createDirectories(home.resolve("profiles/coder/skills/kanban-worker"));
    Files.writeString(home.resolve("profiles/coder/skills/kanban-worker/SKILL.md"), "x");
    String id = create("coder", "--skill", "cooking");

    JsonNode first = tick();

    Path workspace = home.resolve("kanban/workspaces").resolve(id);
    assertThat(first.at("/spawned/0/task_id").asText()).isEqualTo(id);
    assertThat(first.at("/spawned/0/assignee").asText()).isEqualTo("coder");
    assertThat(first.at("/spawned/0/workspace").asText()).isEqualTo(workspace.toString());
    awaitEnd(id);
    JsonNode run = show(id).at("/runs/0");
    String host = HostName.system();
    assertThat(home.resolve("kanban/logs").resolve(id + ".log")).content().isEqualTo("""
            args -p coder --accept-hooks --skills kanban-worker --skills cooking chat -q work kanban task %s
            task %s run %d lock %s:%d
            stale .
            in %s of %s home %s board default
            """.formatted(
            id,
            id,
            run.path("id").asLong(),
            host,
            ProcessHandle.current().pid(),
            workspace,
            workspace,
            home.resolve("profiles/coder")));
    assertThat(event(id, "tip_scratch_workspace").path("message").asText()).contains("scratch");

    JsonNode second = tick();

    assertThat(second.path("crashed")).extracting(JsonNode::asText).containsExactly(id);
    assertThat(event(id, "crashed").path("exit_code").asInt()).isEqualTo(3);
    assertThat(second.path("spawned")).hasSize(1);
    awaitEnd(id);
    JsonNode third = tick();
    assertThat(third.path("auto_blocked")).extracting(JsonNode::asText).containsExactly(id);
    assertThat(status(id)).isEqualTo("blocked");
    assertThat(event(id, "gave_up").path("error").asText()).contains("exited with code 3");
    now = now.plusSeconds(3_600);
    assertThat(tick().path("promoted").asInt()).isZero();
    assertThat(status(id)).isEqualTo("blocked");
    talaria(0, "unblock", id);
    assertThat(tick().path("spawned")).hasSize(1);
  }

  @Test
  void shouldBlockAWorkerThatEndedInSilenceWithWhatAPersonNeeds() throws Exception {
    profile("coder", "echo I am done I think\nexit 0\n");
    String id = create("coder");
    tick();
    awaitEnd(id);

    assertThat(tick().path("auto_blocked")).extracting(JsonNode::asText).containsExactly(id);

    assertThat(event(id, "blocked").path("reason").asText())
        .contains(
            "exited with code 0 without kanban_complete or kanban_block: protocol violation",
            "workspace " + home.resolve("kanban/workspaces").resolve(id),
            "log " + home.resolve("kanban/logs").resolve(id + ".log"),
            "talaria unblock " + id,
            "I am done I think");
    assertThat(event(id, "protocol_violation").path("log_tail").asText())
        .isEqualTo("I am done I think");
    assertThat(event(id, "blocked").path("reason").asText()).contains("talaria accept " + id);

    assertThat(talaria(0, "accept", id)).contains(id + " is done");

    assertThat(event(id, "completed").path("summary").asText()).isEqualTo("I am done I think");
    assertThat(event(id, "completed").at("/accepted/from").asText()).isEqualTo("output");
  }

  @Test
  void shouldLetAWorkerBeThatCompletedItsTask() throws Exception {
    profile("coder", "while [ ! -e \"$SIGNS/go\" ]; do sleep 0.05; done; exit 0\n");
    String id = create("coder");
    tick();
    assertThat(lives(pid(id))).as("it outlives the verb that started it").isTrue();
    assertThat(tick().path("spawned")).isEmpty();
    talaria(0, "complete", id, "--summary", "done");
    Files.writeString(sign("go"), "");
    awaitEnd(id);
    JsonNode after = tick();
    assertThat(after.path("crashed")).isEmpty();
    assertThat(status(id)).isEqualTo("done");
    now = now.plusSeconds(61);
    tick();
    assertThat(home.resolve("kanban/workspaces").resolve(id))
        .as("nobody works there any more")
        .doesNotExist();
  }

  @Test
  void shouldEndAWorkerWithItsChildrenAtItsTimeLimit() throws Exception {
    profile("slow", "sleep 600 &\necho $! >\"$SIGNS/child\"\nwait\n");
    String id = create("slow", "--max-runtime", "60s", "--max-retries", "1");
    tick();
    await("the child")
        .atMost(SOON)
        .until(() -> Files.exists(sign("child")) && sign("child").toFile().length() > 1);
    long child = Long.parseLong(Files.readString(sign("child")).strip());
    assertThat(lives(child)).isTrue();
    now = now.plusSeconds(60);

    JsonNode result = tick();

    assertThat(result.path("timed_out")).extracting(JsonNode::asText).containsExactly(id);
    assertThat(lives(pid(id))).isFalse();
    assertThat(lives(child)).isFalse();
    assertThat(event(id, "timed_out").path("sigkill").asBoolean()).isFalse();
    assertThat(status(id)).isEqualTo("blocked");
  }

  @Test
  void shouldKeepAWorkerWhoseClaimRanOutAndTakeBackOneThatWasKilled() throws Exception {
    profile("coder", "while [ ! -e \"$SIGNS/go\" ]; do sleep 0.05; done\n");
    String id = create("coder");
    tick();
    now = now.plusSeconds(901);
    assertThat(tick().path("reclaimed").asInt()).isZero();
    assertThat(event(id, "claim_extended").path("reason").asText()).isEqualTo("pid_alive");
    ProcessHandle.of(pid(id)).orElseThrow().destroyForcibly();
    awaitEnd(id);

    tick();

    assertThat(event(id, "crashed").path("exit_kind").asText()).isEqualTo("signaled");
    assertThat(event(id, "crashed").path("exit_code").asInt()).isEqualTo(9);
  }

  @Test
  void shouldCountAHermesThatCannotBeStartedAndAWorkspaceThatCannotBeMade() throws Exception {
    profile("coder", "exit 0\n");
    environment.put("HERMES_BIN", home.resolve("no-such-hermes").toString());
    String spawn = create("coder");
    String workspace = create("coder", "--workspace", "worktree:" + home.resolve("norepo/x"));

    JsonNode result = tick();

    assertThat(result.path("spawned")).isEmpty();
    assertThat(event(spawn, "spawn_failed").path("error").asText())
        .contains("no-such-hermes", "is not an executable file");
    assertThat(event(workspace, "spawn_failed").path("error").asText())
        .startsWith("workspace: Cannot make worktree")
        .contains("is in no git repository");
    assertThat(status(spawn)).isEqualTo("ready");
    assertThat(tick().path("auto_blocked"))
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrder(spawn, workspace);
  }

  @Test
  void shouldWorkInAWorktreeThatIsThereWhenTheWorkerStarts() throws Exception {
    Path repository = Files.createDirectory(home.resolve("repo"));
    for (String[] git : new String[][] {
      {"git", "init", "-q"},
      {
        "git",
        "-c",
        "user.name=t",
        "-c",
        "user.email=t@x",
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "1"
      }
    }) {
      assertThat(new ProcessBuilder(git).directory(repository.toFile()).start().waitFor())
          .isZero();
    }
    profile("coder", "git rev-parse --abbrev-ref HEAD\nexit 1\n");
    String id = create("coder", "--workspace", "worktree:" + repository, "--branch", "feature/one");
    tick();
    awaitEnd(id);
    assertThat(home.resolve("kanban/logs").resolve(id + ".log"))
        .content()
        .isEqualTo("feature/one\n");
    assertThat(show(id).at("/task/workspace_path").asText())
        .isEqualTo(repository.resolve(".worktrees").resolve(id).toString());
    assertThat(tick().path("spawned")).as("the retry uses it again").hasSize(1);
  }

  @Test
  void shouldObeyTheConfigurationOfTheBoard() throws Exception {
    profile("coder", "while [ ! -e \"$SIGNS/go\" ]; do sleep 0.05; done\n");
    profile("other", "while [ ! -e \"$SIGNS/go\" ]; do sleep 0.05; done\n");
    Files.writeString(home.resolve("config.yaml"), """
        kanban:
          max_in_progress_per_profile: 1
          default_assignee: " Other"
          failure_limit: 1
        """);
    String first = create("coder");
    now = now.plusSeconds(1);
    String second = create("coder");
    String nobodys = create("");
    String external = create("external-lane");

    assertThat(json("dispatch", "--dry-run", "--json").path("spawned")).hasSize(2);
    assertThat(status(first)).isEqualTo("ready");
    JsonNode result = tick();

    assertThat(result.path("spawned"))
        .extracting(it -> it.path("task_id").asText())
        .containsExactly(first, nobodys);
    assertThat(result.path("skipped_per_profile_capped"))
        .extracting(JsonNode::toString)
        .containsExactly(
            "{\"task_id\":\"%s\",\"assignee\":\"coder\",\"current\":1}".formatted(second));
    assertThat(result.path("auto_assigned_default"))
        .extracting(JsonNode::asText)
        .containsExactly(nobodys);
    assertThat(result.path("skipped_nonspawnable"))
        .extracting(JsonNode::asText)
        .containsExactly(external);
    assertThat(talaria(0, "dispatch", "--max", "2")).doesNotContain("started");
    assertThat(talaria(0, "dispatch"))
        .contains("waiting, 1 of profile coder run already: " + second)
        .contains("waiting, the assignee is no profile here: " + external);
  }

  @Test
  void shouldPrintExactlyTheKeysThatProgramsRead() {
    JsonNode result = tick();
    List<String> keys = new ArrayList<>();
    result.fieldNames().forEachRemaining(keys::add);
    assertThat(keys)
        .containsExactly(
            "reclaimed",
            "promoted",
            "spawned",
            "skipped_unassigned",
            "auto_assigned_default",
            "skipped_nonspawnable",
            "skipped_per_profile_capped",
            "crashed",
            "auto_blocked",
            "timed_out",
            "stale");
    assertThat(talaria(0, "dispatch")).isEqualTo("Nothing to do.\n");
  }

  @Test
  void shouldLeaveTheBoardToWhoeverDispatchesIt() throws Exception {
    profile("coder", "exit 0\n");
    String id = create("coder");
    try (var locks = new BoardLocks()) {
      assertThat(locks.tryTake(home.resolve("kanban.db"))).isEmpty();

      JsonNode result = tick();

      assertThat(result.path("spawned")).isEmpty();
      assertThat(err).contains("is dispatched by another Talaria process", "nothing was done");
      assertThat(status(id)).isEqualTo("ready");
    }
    assertThat(tick().path("spawned")).hasSize(1);
  }

  @Test
  void shouldRunTheDaemonOnlyWhenItIsForced() throws Exception {
    assertThat(talaria(2, "daemon")).isEmpty();
    assertThat(err).contains("deprecated", "talaria up", "--force");

    profile("coder", "exit 1\n");
    var out = new StringWriter();
    var daemon = new DaemonCommand(new Session(surroundings(out, new StringWriter())));
    new CommandLine(daemon)
        .parseArgs("--force", "-v", "--interval", "0.1", "--pidfile", "daemon.pid");
    String id = create("coder");
    List<Duration> pauses = new ArrayList<>();
    daemon.ticks(pause -> {
      assertThat(home.resolve("daemon.pid"))
          .content()
          .isEqualTo(ProcessHandle.current().pid() + "\n");
      pauses.add(pause);
      awaitEnd(id);
      return pauses.size() < 3;
    });

    assertThat(pauses).containsOnly(Duration.ofSeconds(1)).hasSize(3);
    assertThat(home.resolve("daemon.pid")).doesNotExist();
    assertThat(status(id)).isEqualTo("blocked");
    assertThat(out.toString())
        .contains("started %s as coder".formatted(id), "crashed: " + id)
        .contains("blocked, for a person to look at: " + id);
  }
}
