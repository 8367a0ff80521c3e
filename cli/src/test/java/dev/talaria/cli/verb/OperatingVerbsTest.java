package dev.talaria.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.talaria.board.dispatch.GrantClaims;
import dev.talaria.board.dispatch.RunEnd;
import dev.talaria.board.dispatch.RunEnds;
import dev.talaria.board.task.Assignments;
import dev.talaria.board.transition.Claims;
import dev.talaria.board.transition.Runs;
import dev.talaria.board.transition.Schedules;
import dev.talaria.cli.CliRig;
import dev.talaria.cli.Exit;
import dev.talaria.cli.HostName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** promote, schedule, edit, set, review, claim, heartbeat, context, reclaim, reassign and archive --rm. */
class OperatingVerbsTest {
  private static final long NOW = CliRig.NOW.getEpochSecond();

  @TempDir
  Path home;

  private CliRig cli;

  @BeforeEach
  void rig() {
    cli = new CliRig(home);
  }

  @Test
  void shouldPromoteOneAsAnObjectAndSeveralAsAList() {
    String one = cli.create("one", "--initial-status", "blocked");
    String two = cli.create("two", "--initial-status", "blocked");
    String ready = cli.create("ready");

    JsonNode object =
        cli.run("promote", one, "it", "is", "time", "--json", "--dry-run").json();
    assertThat(object.fieldNames())
        .toIterable()
        .containsExactly("task_id", "promoted", "dry_run", "forced", "reason", "error");
    assertThat(object.get("promoted").asBoolean()).isTrue();
    assertThat(object.get("reason").asText()).isEqualTo("it is time");
    assertThat(object.get("error").isNull()).isTrue();
    assertThat(cli.status(one)).isEqualTo("blocked");

    CliRig.Result several = cli.run("promote", one, "--ids", two, ready, "t_nope", one, "--json");

    assertThat(several.exit()).isEqualTo(Exit.FAILED);
    assertThat(several.json())
        .extracting(entry -> entry.get("promoted").asBoolean())
        .containsExactly(true, true, false, false);
    assertThat(several.json().get(2).get("error").asText()).contains("it is 'ready'");
    assertThat(cli.status(two)).isEqualTo("ready");
  }

  @Test
  void shouldForceAPromotion() {
    String parent = cli.create("parent");
    String child = cli.create("child", "--parent", parent);

    assertThat(cli.run("promote", child).err()).contains(parent);
    assertThat(cli.run("promote", child, "--force").out()).isEqualTo("Promoted " + child + "\n");
    assertThat(cli.run("claim", child).exit()).isZero();
  }

  @Test
  void shouldScheduleForATime() {
    String id = cli.create("task");
    String other = cli.create("other");

    CliRig.Result result =
        cli.run("schedule", id, "after", "lunch", "--at", "+90m", "--ids", "t_nope", other);

    assertThat(result.exit()).as("one of them is unknown").isEqualTo(Exit.FAILED);
    assertThat(result.out()).isEqualTo("Scheduled %s\nScheduled %s\n".formatted(id, other));
    JsonNode shown = cli.run("show", id, "--json").json();
    assertThat(shown.at("/task/status").asText()).isEqualTo("scheduled");
    assertThat(shown.at("/comments/0/body").asText()).isEqualTo("SCHEDULED: after lunch");
    assertThat(cli.run("show", id).out()).contains("wakes at    2026-01-31 15:35:09");
    assertThat(cli.run("schedule", id, "--at", "18:00").exit())
        .as("another time")
        .isZero();
    assertThat(cli.run("schedule", id).exit()).isEqualTo(Exit.FAILED);
    assertThat(cli.run("unblock", id).exit()).isZero();
    assertThat(cli.run("show", id).out()).doesNotContain("wakes");
  }

  @ParameterizedTest
  @CsvSource({
    "+1, 2026-01-31T14:05:10Z",
    "+2h, 2026-01-31T16:05:09Z",
    "18:30, 2026-01-31T18:30:00Z",
    "14:05, 2026-02-01T14:05:00Z",
    "2026-02-01, 2026-02-01T00:00:00Z",
    "2026-02-01 08:15, 2026-02-01T08:15:00Z",
    "2026-02-01T08:15:30+02:00, 2026-02-01T06:15:30Z"
  })
  void shouldReadATime(String text, String expected) {
    String id = cli.create("task");
    assertThat(cli.run("schedule", id, "--at", text).exit()).isZero();
    long at = cli.<Long>onBoard(tx -> Schedules.get(tx, id).orElseThrow().at());
    assertThat(java.time.Instant.ofEpochSecond(at)).hasToString(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "+",
        "+0",
        "-5m",
        "soon",
        "25:00",
        "2026-01-31",
        "2026-01-30T10:00",
        "+999999999999d",
        "9999-12-31T23:59:59-18:00",
        "2026-02-30"
      })
  void shouldRefuseATimeThatIsNoneToCome(String text) {
    String id = cli.create("task");
    CliRig.Result result = cli.run("schedule", id, "--at=" + text);
    assertThat(result.exit()).isEqualTo(Exit.USAGE);
    assertThat(result.err()).contains("--at");
    assertThat(cli.status(id)).isEqualTo("ready");
  }

  @Test
  void shouldEditWhatADoneTaskHandedOver() {
    String id = cli.create("task");
    assertThat(cli.run("edit", id, "--result", "r").err()).contains("it is 'ready'");
    cli.run("complete", id, "--summary", "s");

    assertThat(cli.run("edit", id).exit()).as("--result is required").isEqualTo(Exit.USAGE);
    assertThat(cli.run("edit", id, "--result", "r", "--metadata", "[1]").exit())
        .isEqualTo(Exit.USAGE);
    assertThat(
            cli.run("edit", id, "--result", "-r", "--metadata", "{\"pr\": 7}").out())
        .isEqualTo("Edited " + id + "\n");

    JsonNode shown = cli.run("show", id, "--json").json();
    assertThat(shown.at("/task/result").asText()).isEqualTo("-r");
    assertThat(shown.at("/runs/0/summary").asText()).isEqualTo("s");
    assertThat(shown.at("/runs/0/metadata/pr").asInt()).isEqualTo(7);
  }

  @Test
  void shouldSetAllOrNothing() {
    String parent = cli.create("parent");
    String child = cli.create("child", "--parent", parent);

    CliRig.Result refused = cli.run("set", child, "--priority", "3", "--status", "ready");
    assertThat(refused.exit()).isEqualTo(Exit.FAILED);
    assertThat(refused.err()).contains(parent, "'parent'");
    CliRig.Result blank = cli.run("set", child, "--priority", "3", "--title", " ");
    assertThat(blank.exit()).isEqualTo(Exit.FAILED);
    JsonNode before = cli.run("show", child, "--json").json();
    assertThat(before.at("/task/priority").asInt()).isZero();
    assertThat(before.get("events")).hasSize(1);

    assertThat(cli.run(
                "set",
                child,
                "--status",
                "triage",
                "--priority",
                "-2",
                "--title",
                "new title",
                "--body",
                "b",
                "--max-runtime",
                "5m")
            .out())
        .isEqualTo("Changed " + child + "\n");
    JsonNode after = cli.run("show", child, "--json").json();
    assertThat(after.at("/task/status").asText()).isEqualTo("triage");
    assertThat(after.at("/task/priority").asInt()).isEqualTo(-2);
    assertThat(after.at("/task/title").asText()).isEqualTo("new title");
    assertThat(cli.run("show", child).out()).contains("300s");
    cli.run("set", child, "--max-runtime", "none");
    assertThat(cli.run("show", child).out()).doesNotContain("max runtime");
    assertThat(cli.run("set", child).exit()).isEqualTo(Exit.USAGE);
    assertThat(cli.run("set", child, "--status", "running").exit()).isEqualTo(Exit.FAILED);
  }

  @Test
  void shouldSubmitForReviewAndClaimTheReview() {
    String id = cli.create("task");

    assertThat(
            cli.run("review", id, "please", "look", "--metadata", "{\"pr\": 1}").out())
        .isEqualTo("Submitted " + id + " for review\n");
    assertThat(cli.status(id)).isEqualTo("review");
    assertThat(cli.run("review", id).err()).contains("it is 'review'");
    assertThat(cli.run("claim", id).exit()).isEqualTo(Exit.FAILED);
    assertThat(cli.run("claim", id, "--review").exit()).isZero();
    assertThat(cli.run("complete", id).exit()).isZero();
  }

  @Test
  void shouldClaimAndMakeTheWorkspace() {
    String id = cli.create("task");

    CliRig.Result result = cli.run("claim", id);

    Path workspace = home.resolve("kanban/workspaces").resolve(id);
    assertThat(result.out()).isEqualTo("Claimed %s\nWorkspace: %s\n".formatted(id, workspace));
    assertThat(workspace).isDirectory();
    JsonNode shown = cli.run("show", id, "--json").json();
    assertThat(shown.at("/task/workspace_path").asText()).isEqualTo(workspace.toString());
    assertThat(shown.at("/runs/0/worker_pid").isNull()).isTrue();
    assertThat(cli.<Long>onBoard(tx -> expiry(tx, id))).isEqualTo(NOW + 900);
    assertThat(cli.run("claim", id).err()).contains("it is 'running'");
    assertThat(cli.run("claim", "t_nope").exit()).isEqualTo(Exit.FAILED);
  }

  @Test
  void shouldRemoveTheScratchWorkspaceOfACompletedTask() throws IOException {
    String done = cli.create("done");
    String keeps = cli.create("keeps");
    String running = cli.create("running");
    String outside = cli.create("outside");
    for (String id : new String[] {done, keeps, running, outside}) {
      cli.run("claim", id);
    }
    Path root = home.resolve("kanban/workspaces");
    String granted = cli.create("granted", "--assignee", "coder");
    Path starting = Files.createDirectories(root.resolve(granted));
    cli.onBoard(tx -> {
      GrantClaims.claimForLauncher(tx, granted, "h:1", 900, "h/launcher/l", 1, "i", 24);
      return Assignments.setWorkspacePath(tx, granted, starting.toString());
    });
    Files.writeString(root.resolve(done).resolve("file"), "x");
    Path elsewhere = Files.createDirectories(home.resolve("elsewhere"));
    cli.onBoard(tx -> {
      tx.update("UPDATE tasks SET worker_pid = 4711 WHERE id = ?", running);
      return tx.update(
          "UPDATE tasks SET workspace_path = ? WHERE id = ?", elsewhere.toString(), outside);
    });

    assertThat(cli.run("complete", done, running, outside, granted).exit()).isZero();
    assertThat(cli.run("complete", keeps, "--metadata", "{\"artifacts\": [\"a.txt\"]}")
            .exit())
        .isZero();

    assertThat(root.resolve(done)).doesNotExist();
    assertThat(root.resolve(keeps)).as("its artifacts are still to be fetched").isDirectory();
    assertThat(root.resolve(running)).as("a worker may be in it").isDirectory();
    assertThat(starting).as("a launcher's worker is starting in it").isDirectory();
    assertThat(elsewhere).as("not a managed root").isDirectory();
  }

  @Test
  void shouldHoldAClaimForAsLongAsIsSaid() {
    String byEnvironment = cli.create("one");
    String byOption = cli.create("two");
    String atLeast = cli.create("three");
    cli.with("HERMES_KANBAN_CLAIM_TTL_SECONDS", "60");

    cli.run("claim", byEnvironment);
    JsonNode claimed = cli.run("claim", byOption, "--ttl", "7", "--json").json();
    cli.run("claim", atLeast, "--ttl", "-1");

    assertThat(cli.<Long>onBoard(tx -> expiry(tx, byEnvironment))).isEqualTo(NOW + 60);
    assertThat(claimed.get("claim_expires").asLong()).isEqualTo(NOW + 7);
    assertThat(claimed.get("claim_lock").asText()).startsWith(HostName.system() + ":");
    assertThat(claimed.get("run_id").asLong()).isPositive();
    assertThat(cli.<Long>onBoard(tx -> expiry(tx, atLeast))).isEqualTo(NOW + 1);
    assertThat(cli.run("claim", cli.create("x"), "--ttl", "soon").exit()).isEqualTo(Exit.USAGE);
  }

  @Test
  void shouldLeaveATaskUnclaimedThatHasNoWorkspace() throws IOException {
    String relative = cli.create("relative");
    cli.onBoard(tx -> tx.update("UPDATE tasks SET workspace_path = 'here' WHERE id = ?", relative));
    Files.writeString(home.resolve("file"), "");
    String impossible = cli.create("file", "--workspace", "dir:" + home.resolve("file/dir"));
    String nowhere = cli.create("nowhere", "--workspace", "worktree");

    for (String id : new String[] {relative, impossible, nowhere}) {
      CliRig.Result result = cli.run("claim", id);
      assertThat(result.exit()).isEqualTo(Exit.FAILED);
      assertThat(result.err()).contains("workspace");
      assertThat(cli.status(id)).isEqualTo("ready");
      assertThat(cli.run("runs", id, "--json").json()).isEmpty();
    }
  }

  @Test
  void shouldPrintTheWorktreeAndLeaveItToBeAdded() {
    Path tree = home.resolve("repo/.worktrees/x");
    String id = cli.create("task", "--workspace", "worktree:" + tree);
    assertThat(cli.run("claim", id).out()).contains("Workspace: " + tree);
    assertThat(tree).doesNotExist();
  }

  @Test
  void shouldSendATaskBackThatWaitsForItsParent() {
    String parent = cli.create("parent");
    String child = cli.create("child", "--parent", parent);
    cli.onBoard(tx -> tx.update("UPDATE tasks SET status = 'ready' WHERE id = ?", child));

    CliRig.Result result = cli.run("claim", child);

    assertThat(result.exit()).isEqualTo(Exit.FAILED);
    assertThat(result.err()).contains("a parent is not done");
    assertThat(cli.status(child)).isEqualTo("todo");
  }

  @Test
  void shouldExtendTheClaimOnlyForItsHolder() {
    String mine = cli.create("mine");
    String foreign = cli.create("foreign");
    cli.run("claim", mine, "--ttl", "5");
    cli.onBoard(tx -> Claims.claim(tx, foreign, "other:1", 5));

    assertThat(cli.run("heartbeat", mine, "--note", "half").out()).contains("claim extended");
    assertThat(cli.run("heartbeat", foreign).out()).doesNotContain("extended");
    assertThat(cli.<Long>onBoard(tx -> expiry(tx, mine))).isEqualTo(NOW + 900);
    assertThat(cli.<Long>onBoard(tx -> expiry(tx, foreign))).isEqualTo(NOW + 5);
    cli.with("HERMES_KANBAN_CLAIM_LOCK", "other:1");
    assertThat(cli.run("heartbeat", foreign).out()).contains("claim extended");
    assertThat(cli.run("heartbeat", mine).out()).doesNotContain("extended");
    assertThat(cli.run("heartbeat", cli.create("idle")).exit()).isEqualTo(Exit.FAILED);
    assertThat(cli.run("heartbeat", "t_nope").exit()).isEqualTo(Exit.FAILED);
  }

  @Test
  void shouldFenceAnOlderRunsHeartbeatReviewAndSchedule() {
    String id = cli.create("task");
    cli.run("claim", id);
    CliRig worker =
        new CliRig(home).with("HERMES_KANBAN_TASK", id).with("HERMES_KANBAN_RUN_ID", "999");
    for (String verb : new String[] {"heartbeat", "review", "schedule"}) {
      CliRig.Result result = worker.run(verb, id);
      assertThat(result.exit()).isEqualTo(Exit.FAILED);
      assertThat(result.err()).contains("run 999 is no longer its run");
    }
    assertThat(cli.status(id)).isEqualTo("running");
  }

  @Test
  void shouldPrintTheContext() {
    String id = cli.create("task", "--body", "the body");
    assertThat(cli.run("context", id).out()).startsWith("# Kanban task " + id).contains("the body");
    assertThat(cli.run("context", "t_nope").exit()).isEqualTo(Exit.FAILED);
  }

  @Test
  void shouldEndTheWorkerOfAReclaimedTask() throws IOException {
    String id = cli.create("task", "--assignee", "coder");
    Path pids = home.resolve("pids");
    // the parent ignores TERM, as a shell in a wait does; its child would survive it
    Process worker = new ProcessBuilder(
            "setsid",
            "sh",
            "-c",
            "sleep 300 & echo $! > \"$1.new\"; mv \"$1.new\" \"$1\"; wait",
            "sh",
            pids.toString())
        .start();
    try {
      await().until(() -> Files.exists(pids));
      long child = Long.parseLong(Files.readString(pids).strip());
      long leader = worker.pid();
      String lock = HostName.system() + ":1";
      cli.onBoard(tx -> {
        Claims.claim(tx, id, lock, 900);
        tx.update("UPDATE tasks SET worker_pid = ? WHERE id = ?", leader, id);
        return tx.update("UPDATE task_runs SET started_at = strftime('%s', 'now') + 0");
      });

      CliRig.Result result = cli.run("reclaim", id, "--reason", "hangs");

      assertThat(result.out()).isEqualTo("Reclaimed " + id + "\n");
      assertThat(cli.status(id)).isEqualTo("ready");
      await().until(() -> !worker.isAlive());
      assertThat(ProcessHandle.of(child).filter(ProcessHandle::isAlive).isPresent()
              && !Files.readString(Path.of("/proc/" + child + "/stat")).contains(") Z"))
          .as("its child")
          .isFalse();
      JsonNode event = cli.run("show", id, "--json").json().at("/events/2/payload");
      assertThat(event.get("termination_attempted").asBoolean()).isTrue();
      assertThat(event.get("terminated").asBoolean()).isTrue();
      assertThat(event.get("reason").asText()).isEqualTo("hangs");
    } finally {
      worker.descendants().forEach(ProcessHandle::destroyForcibly);
      worker.destroyForcibly();
    }
  }

  @Test
  void shouldLeaveAProcessAloneThatOnlyHasTheWorkersNumber() throws IOException {
    String id = cli.create("task");
    Process bystander = new ProcessBuilder("sleep", "300").start();
    try {
      cli.onBoard(tx -> {
        Claims.claim(tx, id, HostName.system() + ":1", 900);
        return tx.update("UPDATE tasks SET worker_pid = ? WHERE id = ?", bystander.pid(), id);
      });
      // the run began long after this process: it is another's
      cli.onBoard(tx -> tx.update("UPDATE task_runs SET started_at = 4000000000"));

      assertThat(cli.run("reclaim", id).exit()).isZero();

      assertThat(bystander.isAlive()).isTrue();
    } finally {
      bystander.destroyForcibly();
    }
  }

  @Test
  void shouldReclaimAHeldTaskAndNothingElse() {
    String id = cli.create("task", "--assignee", "coder");
    cli.onBoard(tx -> {
      Claims.claim(tx, id, "h:1", 900);
      long run = Runs.current(tx, id);
      return RunEnds.closeRun(
          tx, id, run, RunEnd.of("crashed", "crashed").awaitingDecision(NOW + 5, null));
    });
    assertThat(cli.run("claim", id).err()).contains("being judged");
    assertThat(cli.run("reclaim", id).exit()).isZero();
    assertThat(cli.run("reclaim", id).err()).contains("it is 'ready'");
    assertThat(cli.run("claim", id).exit()).isZero();
  }

  @Test
  void shouldReassignFromAWorkerOnlyWhenAsked() {
    String id = cli.create("task", "--assignee", "coder");
    cli.onBoard(tx -> Claims.claim(tx, id, "elsewhere:1", 900));

    assertThat(cli.run("reassign", id, "writer").exit()).isEqualTo(Exit.FAILED);
    assertThat(cli.run("reassign", id, "Writer", "--reclaim").out())
        .isEqualTo("Reassigned " + id + " to writer\n");
    assertThat(cli.run("reassign", id, "none").out()).contains("to nobody");
    assertThat(cli.run("reassign", "t_nope", "writer", "--reclaim").exit()).isEqualTo(Exit.FAILED);
    assertThat(cli.run("reassign", id, " ").exit()).isEqualTo(Exit.FAILED);
    assertThat(cli.run("reassign", id).exit()).isEqualTo(Exit.USAGE);
  }

  @Test
  void shouldDeleteOnlyArchivedTasks() {
    String id = cli.create("task");
    String open = cli.create("open");
    cli.run("archive", id);

    CliRig.Result result = cli.run("archive", "--rm", open, id, "t_nope");

    assertThat(result.exit()).isEqualTo(Exit.FAILED);
    assertThat(result.out()).isEqualTo("Deleted " + id + "\n");
    assertThat(result.err()).contains("it is 'ready'", "t_nope");
    assertThat(cli.run("show", id).exit()).isEqualTo(Exit.FAILED);
    assertThat(cli.run("archive", open, "--rm", open).exit()).as("both").isEqualTo(Exit.FAILED);
    assertThat(cli.status(open)).isEqualTo("ready");
  }

  private static long expiry(dev.talaria.board.Tx tx, String id) {
    return tx.number("SELECT claim_expires AS n FROM tasks WHERE id = ?", id);
  }
}
