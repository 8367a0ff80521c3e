package dev.talaria.board.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.BoardTest;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.text.BoardJson;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventLogTest extends BoardTest {
  @Test
  void shouldReadOnFromACursor() {
    String id = fixture.ready("t");
    fixture.claim(id);
    List<EventRow> first = fixture.board.read(tx -> EventLog.eventsAfter(tx, 0, 1));
    List<EventRow> rest =
        fixture.board.read(tx -> EventLog.eventsAfter(tx, first.get(0).id(), 10));
    assertThat(first).extracting(EventRow::kind).containsExactly("created");
    assertThat(rest).extracting(EventRow::kind).containsExactly("claimed");
    long backlog = fixture.board.read(tx -> EventLog.backlogAfter(tx, 1));
    assertThat(backlog).isEqualTo(1);
    assertThat(fixture.board.read(tx -> EventLog.find(tx, 2)).orElseThrow()).isEqualTo(rest.get(0));
    assertThat(fixture.board.<List<EventRow>>read(tx -> EventLog.ofTask(tx, id, "claimed")))
        .isEqualTo(rest);
  }

  @Test
  void shouldShowATaskWithItsOpenRunAndParents() {
    String parent = fixture.ready("p");
    String id = fixture.create(NewTask.titled("t").withAssignee("coder").withSkills(List.of("é")));
    fixture.board.change(tx -> tx.update("INSERT INTO task_links VALUES (?, ?)", "t_x", parent));
    fixture.board.change(
        tx -> tx.update("ALTER TABLE tasks ADD COLUMN later_column TEXT DEFAULT 'x'"));
    long run = fixture.claim(id);
    ObjectNode image = fixture.board.read(tx -> EventLog.image(tx, id)).orElseThrow();
    assertThat(image.path("skills").get(0).asText()).isEqualTo("é");
    assertThat(image.path("run").path("id").asLong()).isEqualTo(run);
    assertThat(image.path("run").path("metadata").isNull()).isTrue();
    assertThat(image.path("later_column").asText())
        .as("columns of a newer hermes")
        .isEqualTo("x");
    assertThat(image.path("body").isNull()).isTrue();
    ObjectNode other = fixture.board.read(tx -> EventLog.image(tx, parent)).orElseThrow();
    assertThat(other.path("parents").get(0).asText()).isEqualTo("t_x");
    assertThat(other.path("run").isNull()).isTrue();
    Optional<ObjectNode> unknown = fixture.board.read(tx -> EventLog.image(tx, "t_none"));
    assertThat(unknown).isEmpty();
  }

  @Test
  void shouldNeverHandOutIdsThatWereSeenBefore() {
    String id = fixture.ready("t");
    fixture.board.change(tx -> EventLog.raiseSequences(tx, new EventLog.MaxIds(1000, 200, 0)));
    long run = fixture.claim(id);
    assertThat(run).isEqualTo(201);
    EventLog.MaxIds max = fixture.board.read(EventLog::maxIds);
    assertThat(max).isEqualTo(new EventLog.MaxIds(1001, 201, 0));
    fixture.board.change(tx -> EventLog.raiseSequences(tx, new EventLog.MaxIds(5, 5, 5)));
    EventLog.MaxIds sequences = fixture.board.read(EventLog::sequences);
    assertThat(sequences).as("never lowered").isEqualTo(new EventLog.MaxIds(1001, 201, 5));
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
          created | {"status":"blocked"} | blocked
          created | {"by":"x"} | todo
          promoted | - | ready
          claimed | {"run_id":1} | running
          crashed | {"pid":1} | ready
          crashed | {"source_status":"review"} | review
          rate_limited | - | ready
          launcher_lost | - | ready
          completed | - | done
          gave_up | - | blocked
          unblocked | - | ready
          unblocked | {"status":"todo"} | todo
          status | {"status":"triage"} | triage
          archived | - | archived
          decided | {"action":"retry"} | -
          model_escalated | - | -
          worker_exited | - | -
          linked | - | -
          from_the_future | {"status":"x"} | -
          """)
  void shouldKnowWhatAnEventImplies(String kind, String payload, String status) {
    assertThat(StatusAfter.of(kind, BoardJson.parseObject(payload)).orElse(null))
        .isEqualTo(status);
  }
}
