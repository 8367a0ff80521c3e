package dev.talaria.launcher.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.launcher.lane.Workspaces;
import dev.talaria.launcher.rundir.Retention;
import dev.talaria.launcher.rundir.RunDirectories;
import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.protocol.id.RunKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What runs for boards of other hosts leave on the disk. */
class ScratchOfOthersTest {
  @TempDir
  Path home;

  private RunDirectories runs;
  private ScratchOfOthers scratch;

  @BeforeEach
  void open() throws Exception {
    runs = RunDirectories.open(home.resolve("talaria/runs"));
    scratch = new ScratchOfOthers(new Workspaces(home, home, null, slug -> null), runs);
  }

  private RunDirectory begin(String run) throws Exception {
    return runs.create(RunKey.parse(run), new byte[0]).orElseThrow();
  }

  private Path make(String run) throws Exception {
    Path made = scratch.make(RunKey.parse(run));
    Files.writeString(Files.createDirectories(made.resolve("out")).resolve("file"), run);
    return made;
  }

  private void retain() throws Exception {
    new Retention(Duration.ofDays(1), 1000).apply(runs, Instant.now().plus(Duration.ofDays(2)));
  }

  @Test
  void shouldKeepAWorkspaceForTheNextAttemptUntilTheLastSettledRunOfItsTaskIsRemoved()
      throws Exception {
    RunDirectory first = begin("beta/default#t_1#1");
    Path workspace = make("beta/default#t_1#1");
    RunDirectory second = begin("beta/default#t_1#2");
    RunDirectory other = begin("gamma/default#t_1#1");
    Path namesake = make("gamma/default#t_1#1");
    assertThat(namesake).isNotEqualTo(workspace);
    first.acknowledge();
    other.acknowledge();
    assertThat(scratch.collect()).as("all are kept as yet").isZero();

    retain();
    assertThat(scratch.collect()).isOne();
    assertThat(namesake.getParent()).isEmptyDirectory();
    assertThat(workspace.resolve("out/file")).as("an attempt is open").exists();

    second.acknowledge();
    retain();
    assertThat(scratch.collect()).isOne();
    assertThat(workspace.getParent()).isEmptyDirectory();
  }

  @Test
  void shouldFinishARemovalThatWasInterruptedAndLeaveWorkspacesOfThisHostAlone() throws Exception {
    begin("beta/default#t_1#1");
    Path workspace = make("beta/default#t_1#1");
    Path halfGone =
        Files.createDirectories(workspace.resolveSibling(".removed-t_0").resolve("rest"));
    Path own = Files.createDirectories(home.resolve("kanban/workspaces/t_9"));

    assertThat(scratch.collect()).isOne();

    assertThat(halfGone.getParent()).doesNotExist();
    assertThat(workspace).isDirectory();
    assertThat(own).isDirectory();
  }
}
