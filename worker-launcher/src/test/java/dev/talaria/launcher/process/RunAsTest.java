package dev.talaria.launcher.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.talaria.launcher.claim.Handover;
import dev.talaria.launcher.claim.LaneSpec;
import dev.talaria.launcher.claim.WorkerPlan;
import dev.talaria.launcher.lane.ExitJudge;
import dev.talaria.launcher.lane.LaneCommand;
import dev.talaria.launcher.lane.LaneMode;
import dev.talaria.launcher.lane.LaneProbe;
import dev.talaria.launcher.lane.LaneWatch;
import dev.talaria.launcher.lane.Places;
import dev.talaria.launcher.lane.WorkerEnvironment;
import dev.talaria.launcher.lane.Workspaces;
import dev.talaria.launcher.rundir.RunDirectories;
import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.Reply.BoardPlace;
import dev.talaria.protocol.message.Reply.Grant;
import dev.talaria.protocol.message.Wire;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunAsTest {
  private static final RunAs NOBODY = new RunAs("nobody");
  private static final RunKey RUN = TestBoard.KEY.task("t_1").run(7);
  private static final Lane CODER = new Lane("coder");

  /** Says who it is and what it was told; works; and fails where it may look into its run directory. */
  private static final String WORKER =
      "id -un; id -G; echo $HOME; cat \"$TALARIA_CONTEXT_FILE\"; echo done >made || exit 8; "
          + "ls \"$RUN_DIRECTORY\" && exit 9; exit 3";

  @TempDir
  Path home;

  @Test
  void shouldRunAWorkerAsAnotherUserWithWhatItNeedsAndNoMore() throws Exception {
    assumeNobody();
    open(home, "rwx--x--x");
    try (Launcher launcher = new Launcher(home).start()) {
      RunDirectory directory =
          launcher.runs.create(RUN, "{}".getBytes(StandardCharsets.UTF_8)).orElseThrow();

      WorkerPlan.Plan plan = plan(directory);
      launcher.supervisor.spawn(directory, plan.command());

      WorkerExit exit = launcher.awaitEnd(RUN).exit();
      assertThat(Files.readAllLines(plan.command().log()).subList(0, 4))
          .containsExactly(
              "nobody",
              Integer.toString(NOBODY.account().gid()),
              NOBODY.account().home(),
              "# Kanban task t_1: T");
      assertThat(exit).isEqualTo(new WorkerExit.Code(3));
      Path made = plan.workspace().resolve("made");
      assertThat(made).hasContent("done\n");
      assertThat(Files.getOwner(made).getName()).isEqualTo("nobody");
      assertThat(Files.getPosixFilePermissions(directory.path()))
          .isEqualTo(PosixFilePermissions.fromString("rwx------"));
      assertThat(Files.getOwner(directory.path()).getName()).isNotEqualTo("nobody");

      Path context = Path.of(plan.command().environment().get("TALARIA_CONTEXT_FILE"));
      Handover.tidy(launcher.runs);
      assertThat(context).as("as long as the run directory is kept").exists();
      launcher.runs.remove(directory);
      Handover.tidy(launcher.runs);
      assertThat(context).doesNotExist();
    }
  }

  @Test
  void shouldSayWhatIsMissingWhenTheUserCannotReachItsWorkspace() throws Exception {
    assumeNobody();
    open(home, "rwx------");
    RunDirectory directory =
        RunDirectories.open(home.resolve("runs")).create(RUN, new byte[0]).orElseThrow();

    assertThat(org.assertj.core.api.Assertions.catchThrowableOfType(
            SpawnFailure.class, () -> plan(directory)))
        .hasMessageContaining("User 'nobody' of run_as cannot read")
        .hasMessageContaining("chmod o+x");
  }

  @Test
  void shouldNotServeALaneWhoseProgramItsUserMayNotExecute() throws Exception {
    assumeNobody();
    open(home, "rwx--x--x");
    Path program = Files.writeString(home.resolve("agent"), "#!/bin/sh\nid -un\nexit 4\n");
    open(program, "rwx------");
    assertThat(fault(NOBODY, program, List.of())).contains("may not execute '" + program);

    open(program, "rwxr-xr-x");
    assertThat(fault(NOBODY, program, List.of())).isNull();
    assertThat(fault(NOBODY, program, List.of(program.toString())))
        .as("the check runs as the user too")
        .contains("exited with 4: ")
        .contains("4");
  }

  @Test
  void shouldNotServeALaneWhoseUserIsUnknownHere() {
    assumeThat(Executables.on("/usr/bin:/bin").find("setpriv"))
        .as("setpriv (util-linux) is not on this machine")
        .isPresent();

    assertThat(fault(new RunAs("no-such-user"), Path.of("/bin/true"), List.of()))
        .contains("Cannot start workers as user 'no-such-user'", "knows no such user");
  }

  @Test
  void shouldNotServeALaneOfAnotherUserWhenTheLauncherIsNotRoot() {
    assumeThat(System.getProperty("user.name"))
        .as("run it as another user than root")
        .isNotEqualTo("root");

    assertThat(fault(NOBODY, Path.of("/bin/true"), List.of())).contains("Cannot start workers as");
  }

  private static String fault(RunAs runAs, Path program, List<String> check) {
    var probe = new LaneProbe(
        program.toString(), check, Map.of("PATH", "/usr/bin:/bin"), Duration.ofSeconds(10), runAs);
    try (var watch = new LaneWatch(Map.of(CODER, probe))) {
      watch.start();
      return watch.faults().get("coder");
    }
  }

  private static void assumeNobody() {
    String problem = fault(NOBODY, Path.of("/bin/true"), List.of());
    assumeThat(problem)
        .as("this needs root, setpriv and the user nobody: %s", problem)
        .isNull();
  }

  private static void open(Path path, String permissions) throws Exception {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  private WorkerPlan.Plan plan(RunDirectory directory) throws Exception {
    var grant = new Grant(
        LauncherKey.parse("alpha/launcher/main"),
        1,
        "i",
        null,
        RUN,
        CODER,
        "alpha:1",
        new Wire().object().put("id", "t_1").put("title", "T"),
        "# Kanban task t_1: T\n",
        new BoardPlace(
            "alpha",
            home.toString(),
            home + "/kanban.db",
            "default",
            home + "/kanban/workspaces",
            home + "/kanban/logs/t_1.log"));
    var lane = new LaneSpec(
        CODER,
        LaneCommand.parse(List.of("/bin/sh", "-c", WORKER)),
        new ExitJudge(LaneMode.PROTOCOL, List.of()),
        null,
        null,
        List.of(),
        false,
        Map.of("RUN_DIRECTORY", directory.path().toString()),
        null,
        NOBODY);
    return new WorkerPlan(
            "alpha",
            null,
            new Workspaces(home, home, null, slug -> null),
            null,
            new Places(List.of()),
            new WorkerEnvironment(Map.of("PATH", "/usr/bin:/bin", "HOME", "/root"), Set.of()),
            0,
            0)
        .plan(grant, lane, directory, null, null);
  }
}
