package dev.talaria.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.talaria.board.schema.BoardFacts;
import dev.talaria.cli.CliRig;
import dev.talaria.cli.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GcVerbTest {
  @TempDir
  Path home;

  @Test
  void shouldSayWhatItWouldRemoveAndThenWhatItRemoved() throws IOException {
    var cli = new CliRig(home);
    String task = cli.create("a");
    cli.run("archive", task);
    Path workspace = Files.createDirectories(home.resolve("kanban/workspaces").resolve(task));
    Path log = home.resolve("kanban/logs").resolve(task + ".log");
    Files.createDirectories(log.getParent());
    Files.writeString(log, "x");
    Files.setLastModifiedTime(log, FileTime.from(CliRig.NOW.minus(Duration.ofDays(31))));
    cli.onBoard(tx -> tx.update("UPDATE task_events SET created_at = created_at - 31 * 86400"));

    CliRig.Result would = cli.run("gc", "--dry-run");
    assertThat(would.out())
        .contains("Would remove workspace " + workspace, "Would remove log " + log)
        .endsWith("Would remove 1 workspaces, 2 events, 1 logs.\n");
    assertThat(workspace).exists();

    JsonNode done = cli.run("gc", "--json").json();
    assertThat(done.toString())
        .isEqualTo("{\"dry_run\":false,\"workspaces\":[\"%s\"],\"events\":2,\"logs\":[\"%s\"]}"
            .formatted(workspace, log));
    assertThat(workspace).doesNotExist();
    assertThat(log).doesNotExist();
    assertThat(cli.run("gc").out()).isEqualTo("Removed 0 workspaces, 0 events, 0 logs.\n");
  }

  @Test
  void shouldSayWhyNoEventsGoWhileTheDispatcherHasNotPublished() {
    var cli = new CliRig(home);
    cli.onBoard(tx -> {
      BoardFacts.put(tx, BoardFacts.DISPATCH_ACCEPTED, "1");
      return true;
    });
    assertThat(cli.run("gc").err()).contains("has not yet said which ones are published");
  }

  @Test
  void shouldRefuseDaysThatMakeNoSense() {
    var cli = new CliRig(home);
    for (String days : new String[] {"-1", "x", "1.5", "99999999999999999999", "99999999999"}) {
      assertThat(cli.run("gc", "--event-retention-days", days).exit()).isEqualTo(Exit.USAGE);
      assertThat(cli.run("gc", "--log-retention-days=" + days).exit()).isEqualTo(Exit.USAGE);
    }
    assertThat(home).isEmptyDirectory();
    assertThat(cli.run("gc", "--event-retention-days", "36500000").exit()).isZero();
  }
}
