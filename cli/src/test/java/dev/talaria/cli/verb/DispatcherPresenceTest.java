package dev.talaria.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.talaria.cli.CliRig;
import dev.talaria.cli.KernelLocks;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether a new task will be started by anyone. */
class DispatcherPresenceTest {
  @TempDir
  Path home;

  @Test
  void shouldSayThatNothingStartsAReadyTaskWhileNoDispatcherIsUp() throws IOException {
    assumeThat(Path.of("/proc/locks")).as("the kernel lists its locks here").isReadable();
    var cli = new CliRig(home);
    String warning = "No dispatcher serves this board";

    assertThat(cli.run("create", "x", "--assignee", "coder").err()).contains(warning);
    assertThat(cli.run("create", "x").err()).as("nobody is to do it").isEmpty();
    assertThat(cli.run("create", "x", "--assignee", "coder", "--triage").err()).isEmpty();
    assertThat(cli.run("create", "x", "--assignee", "coder", "--json").err())
        .as("a program asked")
        .isEmpty();
    for (String lock : new String[] {"kanban.db.talaria.lock", "kanban.db.dispatch.lock"}) {
      try (var channel = FileChannel.open(
          home.resolve(lock), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        channel.lock();
        assertThat(cli.run("create", "x", "--assignee", "coder").err()).isEmpty();
      }
      assertThat(cli.run("create", "x", "--assignee", "coder").err()).contains(warning);
    }
  }

  @Test
  void shouldSayNothingWhereLocksCannotBeSeen() throws IOException {
    Path database = home.resolve("kanban.db");

    assertThat(new DispatcherPresence(new KernelLocks(home.resolve("none"))).isMissing(database))
        .isFalse();
    Path empty = Files.createFile(home.resolve("locks"));
    assertThat(new DispatcherPresence(new KernelLocks(empty)).isMissing(database))
        .isTrue();
  }

  @Test
  void shouldSeeTheDispatcherOfABoardThatIsNamedByALink() throws IOException {
    assumeThat(Path.of("/proc/locks")).as("the kernel lists its locks here").isReadable();
    Path database = Files.createFile(home.resolve("kanban.db"));
    Path link = Files.createDirectory(home.resolve("other")).resolve("kanban.db");
    Files.createSymbolicLink(link, database);

    assertThat(new DispatcherPresence().isMissing(link)).isTrue();
    try (var channel = FileChannel.open(
        home.resolve("kanban.db.talaria.lock"),
        StandardOpenOption.CREATE,
        StandardOpenOption.WRITE)) {
      channel.lock();
      assertThat(new DispatcherPresence().isMissing(link)).isFalse();
    }
  }
}
