package dev.talaria.launcher.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.launcher.api.ReportDesk;
import dev.talaria.launcher.lane.ExitJudge;
import dev.talaria.launcher.lane.LaneCommand;
import dev.talaria.launcher.lane.LaneMode;
import dev.talaria.launcher.lane.Places;
import dev.talaria.launcher.lane.WorkerEnvironment;
import dev.talaria.launcher.lane.Workspaces;
import dev.talaria.launcher.rundir.RunDirectories;
import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.launcher.shadow.ShadowBoards;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.Reply.BoardPlace;
import dev.talaria.protocol.message.Reply.Grant;
import dev.talaria.protocol.message.Wire;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerPlanTest {
  private static final String ALPHA = "/home-of-alpha";

  @TempDir
  Path home;

  private WorkerPlan.Plan plan(String launcherHost) throws Exception {
    var run = RunKey.parse("alpha/default#t_1#7");
    String root = launcherHost.equals("alpha") ? home.toString() : ALPHA;
    var grant = new Grant(
        LauncherKey.parse(launcherHost + "/launcher/main"),
        1,
        "i",
        null,
        run,
        new Lane("coder"),
        launcherHost + ":1",
        new Wire().object().put("id", "t_1").put("title", "T"),
        "# Kanban task t_1: T\n",
        new BoardPlace(
            "alpha",
            root,
            root + "/kanban.db",
            "default",
            root + "/kanban/workspaces",
            root + "/kanban/logs/t_1.log"));
    RunDirectories directories = RunDirectories.open(home.resolve("runs"));
    RunDirectory directory = directories.create(run, new byte[0]).orElseThrow();
    var workspaces = new Workspaces(home, home, null, slug -> null);
    var lane = new LaneSpec(
        new Lane("coder"),
        LaneCommand.parse(List.of("/bin/true")),
        new ExitJudge(LaneMode.PROTOCOL, List.of()),
        null,
        null,
        Map.of());
    return new WorkerPlan(
            launcherHost,
            new ShadowBoards(
                InstantSource.system(), new ReportDesk(report -> {}), (worker, text) -> {}),
            workspaces,
            new ScratchOfOthers(workspaces, directories),
            new Places(List.of()),
            new WorkerEnvironment(Map.of("HERMES_KANBAN_DB", "/left/over"), Set.of()),
            0,
            0)
        .plan(grant, lane, directory, URI.create("http://127.0.0.1:1"), "token");
  }

  @Test
  void shouldGiveNoPathOfTheBoardsHostToAWorkerElsewhere() throws Exception {
    Files.createDirectories(home.resolve("profiles/coder"));

    WorkerPlan.Plan plan = plan("beta");

    Map<String, String> environment = plan.command().environment();
    assertThat(environment.values()).noneMatch(value -> value.contains(ALPHA));
    assertThat(environment)
        .containsEntry("HERMES_HOME", home.resolve("profiles/coder").toString())
        .containsEntry(
            "HERMES_KANBAN_WORKSPACES_ROOT",
            home.resolve("talaria/workspaces/alpha/default").toString())
        .containsEntry("TALARIA_WORKER_URL", "http://127.0.0.1:1");
    assertThat(plan.workspace())
        .as("apart from a task of a board of the same name here")
        .isEqualTo(home.resolve("talaria/workspaces/alpha/default/t_1"))
        .isDirectory();
    assertThat(plan.command().log().startsWith(home.resolve("runs").toRealPath()))
        .isTrue();
  }

  @Test
  void shouldPinTheBoardElsewhereToAPathWhereNoneCanBe() throws Exception {
    Path database = Path.of(plan("beta").command().environment().get("HERMES_KANBAN_DB"));

    assertThat(database.toString()).contains("board-is-on-host-alpha");
    assertThatThrownBy(() -> Files.createDirectories(database.getParent()))
        .isInstanceOf(java.io.IOException.class);
  }

  @Test
  void shouldGiveTheBoardItselfOnItsOwnHost() throws Exception {
    WorkerPlan.Plan plan = plan("alpha");

    assertThat(plan.command().environment())
        .containsEntry("HERMES_KANBAN_DB", home.resolve("kanban.db").toString());
    assertThat(plan.command().log()).isEqualTo(home.resolve("kanban/logs/t_1.log"));
  }
}
