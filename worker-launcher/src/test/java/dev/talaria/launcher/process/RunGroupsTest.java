package dev.talaria.launcher.process;

import static dev.talaria.launcher.process.Launcher.SOON;
import static dev.talaria.launcher.process.Launcher.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.talaria.launcher.rundir.RunDirectories;
import dev.talaria.launcher.rundir.RunDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunGroupsTest {
  /** A daemon as they are made: forked twice, in a session of its own, with an environment of its own. */
  private static final String DAEMON =
      "(env -i setsid /bin/sh -c 'trap \"\" TERM; (echo $$ >daemon.new; mv daemon.new daemon; "
          + "while :; do sleep 0.2; done) &' &) ; ";

  @TempDir
  Path home;

  @AfterEach
  void removeWhatIsLeft() throws Exception {
    Path noted = home.resolve("runs").resolve(RunGroups.FILE);
    if (Files.exists(noted)) {
      RunGroup base = new RunGroup(Path.of(Files.readString(noted).strip()));
      await("nothing lives in " + base).atMost(SOON).until(base::remove);
    }
  }

  @Test
  void shouldRemoveAtItsStartWhatAKilledLauncherLeftButForRunsThatLive() throws Exception {
    RunGroups killed = realGroupsOfThisHost();
    RunGroup over = killed.make("alpha+default+t_1+1").orElseThrow();
    Path base = over.path().getParent();
    Files.createDirectories(over.path().resolve("of-a-worker"));
    RunGroup lives = killed.make("alpha+default+t_2+2").orElseThrow();
    Path elsewhere = Files.createDirectories(base.resolveSibling(base.getFileName() + ".moved"));
    Files.createDirectories(elsewhere.resolve("alpha+default+t_3+3"));
    Files.writeString(home.resolve("runs").resolve(RunGroups.FILE), elsewhere + "\n");

    RunGroups next = realGroupsOfThisHost();
    next.tidyAll("alpha+default+t_2+2"::equals);

    assertThat(over.path()).doesNotExist();
    assertThat(lives.path()).exists();
    assertThat(elsewhere).as("the place of a start in another group").doesNotExist();
    assertThat(home.resolve("runs").resolve(RunGroups.FILE)).hasContent(base + "\n");
    next.release(lives);
    next.close();
    assertThat(base).doesNotExist();
  }

  @Test
  void shouldKillWhatLeftItsSessionParentsAndEnvironment() throws Exception {
    try (Launcher launcher = realGroups()) {
      RunDirectory directory = launcher.sh(run(1), DAEMON + "echo up; while :; do sleep 0.2; done");
      await().atMost(SOON).until(() -> Files.exists(launcher.workspace(run(1)).resolve("daemon")));
      RunGroup group = group(directory);
      assertThat(group.members()).contains(launcher.awaitStart(run(1))).hasSizeGreaterThan(2);

      launcher.supervisor.stop(run(1), StopReason.OPERATOR);

      launcher.awaitEnd(run(1));
      await().atMost(SOON).until(() -> !Files.exists(group.path()));
    }
  }

  @Test
  void shouldKillTheDaemonOfAWorkerThatAnEarlierLauncherStarted() throws Exception {
    RunGroup group;
    try (Launcher first = realGroups()) {
      RunDirectory directory = first.sh(run(1), DAEMON + "while :; do sleep 0.2; done");
      await().atMost(SOON).until(() -> Files.exists(first.workspace(run(1)).resolve("daemon")));
      group = group(directory);
    }
    try (Launcher second = realGroups()) {
      second.supervisor.recover();
      assertThat(group.path()).as("a group of a run that lives is kept").exists();

      second.supervisor.stop(run(1), StopReason.LAUNCHER);

      second.awaitEnd(run(1));
      assertThat(group.members()).isEmpty();
    }
  }

  @Test
  void shouldKeepTheGroupOfAnEndedWorkerUntilWhatItLeftBehindHasEnded() throws Exception {
    try (Launcher launcher = realGroups()) {
      RunDirectory directory = launcher.sh(
          run(1), "env -i setsid /bin/sh -c 'while [ ! -e go ]; do sleep 0.05; done' & exit 3");
      assertThat(launcher.awaitEnd(run(1)).exit()).isEqualTo(new WorkerExit.Code(3));
      RunGroup group = group(directory);
      assertThat(group.members()).isNotEmpty();

      Files.createFile(launcher.workspace(run(1)).resolve("go"));

      await().atMost(SOON).until(() -> !Files.exists(group.path()));
    }
  }

  /** Where no group can be made: plain files show what the shell and the killer write. */
  @Test
  void shouldEnterItsGroupBeforeItIsExecutedAndBeKilledThroughIt() throws Exception {
    Path base = Files.createDirectories(home.resolve("groups"));
    try (Launcher launcher =
        new Launcher(home, ForkerTools.ofThisHost(), RunGroups.in(base)).start()) {
      RunDirectory directory = launcher.sh(run(1), "while :; do sleep 0.2; done");
      long pid = launcher.awaitStart(run(1));
      RunGroup group = group(directory);
      assertThat(group.path().getParent()).isEqualTo(base);
      assertThat(group.members()).containsExactly(pid);
      Path killed = Files.createFile(group.path().resolve("cgroup.kill"));

      assertThat(group.kill()).isTrue();

      assertThat(killed).hasContent("1");
      launcher.supervisor.stop(run(1), StopReason.OPERATOR);
      launcher.awaitEnd(run(1));
    }
  }

  @Test
  void shouldStartAWorkerWhoseGroupIsGone() throws Exception {
    Path base = Files.createDirectories(home.resolve("groups"));
    try (Launcher launcher =
        new Launcher(home, ForkerTools.ofThisHost(), RunGroups.in(base)).start()) {
      Files.createFile(base.resolve(dev.talaria.launcher.rundir.RunDirName.of(run(1))));

      launcher.sh(run(1), "exit 4");

      assertThat(launcher.awaitEnd(run(1)).exit()).isEqualTo(new WorkerExit.Code(4));
    }
  }

  @Test
  void shouldFindItsOwnGroupInAHostAndInAContainer() throws Exception {
    Path host = proc("host", "/", "/system.slice/talaria.service");
    Path container = proc("container", "/docker/a1", "/docker/a1/inner");
    Path elsewhere = proc("elsewhere", "/docker/a1", "/docker/b2");

    assertThat(CgroupMount.ownGroup(host))
        .contains(home.resolve("host/mounted/system.slice/talaria.service"));
    assertThat(CgroupMount.ownGroup(container)).contains(home.resolve("container/mounted/inner"));
    assertThat(CgroupMount.ownGroup(elsewhere)).isEmpty();
    assertThat(CgroupMount.ownGroup(home.resolve("no-proc"))).isEmpty();
  }

  private Path proc(String name, String root, String own) throws Exception {
    Path proc = home.resolve(name);
    Files.createDirectories(proc.resolve("self"));
    Files.createDirectories(proc.resolve("mounted/system.slice/talaria.service"));
    Files.createDirectories(proc.resolve("mounted/inner"));
    Files.writeString(proc.resolve("self/cgroup"), "4:memory:/other\n0::" + own + "\n");
    Files.writeString(
        proc.resolve("self/mountinfo"),
        "30 23 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
            + "31 23 0:27 %s %s rw,relatime shared:4 - cgroup2 cgroup2 rw\n"
                .formatted(root, proc.resolve("mounted")));
    return proc;
  }

  private Launcher realGroups() throws Exception {
    return new Launcher(home, ForkerTools.ofThisHost(), realGroupsOfThisHost()).start();
  }

  private RunGroups realGroupsOfThisHost() throws Exception {
    RunGroups groups = RunGroups.ofThisHost(RunDirectories.open(home.resolve("runs")));
    Optional<RunGroup> trial = groups.make("trial");
    trial.ifPresent(groups::release);
    assumeThat(trial)
        .as(
            "this needs a place for control groups (version 2): run it as root, or in a unit with Delegate=yes")
        .isPresent();
    return groups;
  }

  private static RunGroup group(RunDirectory directory) throws Exception {
    return new RunGroup(Path.of(directory.spawn().orElseThrow().group()));
  }
}
