package dev.talaria.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.event.EventLog;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.incident.Incidents;
import dev.talaria.board.incident.OpenIncident;
import dev.talaria.cli.CliRig;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.Incident;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CloseIncidentVerbTest {
  @TempDir
  Path home;

  private CliRig cli;

  @BeforeEach
  void open() {
    cli = new CliRig(home);
    cli.run("init");
  }

  @Test
  void shouldNoteItOnTheNewestTaskThatIsThereAndLetTheLaneGo() {
    String task = cli.create("a");
    held("t_00000001", task, "t_00000002");

    var result = cli.run("close-incident", "i_1234abcd", "--reason", "the key is renewed");

    assertThat(result.exit()).isZero();
    assertThat(result.out())
        .isEqualTo("Closed incident i_1234abcd of lane 'coder'; it is noted on task %s.%n"
            .formatted(task));
    List<EventRow> events = cli.onBoard(tx -> EventLog.ofTask(tx, task, "incident_closed"));
    assertThat(events).hasSize(1);
    assertThat(events.get(0).payload())
        .contains(
            "\"incident\":\"i_1234abcd\"",
            "\"lane\":\"coder\"",
            "\"fingerprint\":\"crashed: x\"",
            "\"by\":\"user\"",
            "\"reason\":\"the key is renewed\"");
    assertThat(cli.<List<OpenIncident>>onBoard(Incidents::all)).isEmpty();
  }

  @Test
  void shouldRefuseOneThatIsNotOpenAndNameThoseThatAre() {
    assertThat(cli.run("close-incident", "i_0").err()).contains("none is open");
    held(cli.create("a"));

    var result = cli.run("close-incident", "i_0");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err()).contains("no open incident 'i_0'; open are i_1234abcd");
  }

  @Test
  void shouldRefuseWhereNoneOfItsTasksIsThere() {
    held("t_00000001");

    var result = cli.run("close-incident", "i_1234abcd");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err()).contains("None of the tasks", "closes by itself");
    assertThat(cli.<List<OpenIncident>>onBoard(Incidents::all)).hasSize(1);
  }

  private void held(String... tasks) {
    var incident =
        Incident.opened("i_1234abcd", BoardKey.parse("alpha/default"), "coder", "crashed: x", 1);
    for (String task : tasks) {
      incident = incident.with(new Incident.Failure(task, 1, null, null, null), true);
    }
    Incident told = incident.pausedUntil(5);
    cli.onBoard(tx -> Incidents.replace(tx, List.of(told), true));
  }
}
