package dev.talaria.board.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.TaskIds;
import dev.talaria.board.Tx;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.event.Events;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Skills;
import dev.talaria.board.task.TaskCreation;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.transition.ClaimResult;
import dev.talaria.board.transition.Claims;
import dev.talaria.protocol.policy.Ladder;
import dev.talaria.protocol.policy.PolicyEvent;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClaimEscalationTest {
  private static final Ladder LADDER = new Ladder(Map.of("", "fast", "fast", "strong"));

  private Board board;
  private String task;

  @BeforeEach
  void open(@TempDir Path directory) {
    board = Board.openOrCreate(
        directory.resolve("kanban.db"),
        new BoardOptions(InstantSource.system(), TaskIds.random(new Random(7))));
    task = board.write(tx -> new TaskCreation(Skills.hermesToolsets(), null)
        .create(tx, NewTask.titled("t").withAssignee("coder"))
        .taskId());
  }

  @AfterEach
  void close() {
    board.close();
  }

  @Test
  void shouldClimbOneRungAtTheClaimOfATaskThatHermesSawFail() {
    failedBefore(1, false);

    long run = claim(LADDER);

    assertThat(override()).isEqualTo("fast");
    assertThat(escalations()).singleElement().satisfies(event -> {
      assertThat(event.runId()).isEqualTo(run);
      assertThat(event.payloadObject().path("from").asText()).isEmpty();
      assertThat(event.payloadObject().path("to").asText()).isEqualTo("fast");
      assertThat(event.payloadObject().path("failures").asInt()).isEqualTo(1);
    });
  }

  @Test
  void shouldNotEscalateAFirstSpawn() {
    claim(LADDER);

    assertThat(override()).isNull();
  }

  @Test
  void shouldNotEscalateAgainWhatADecisionHasJudged() {
    failedBefore(1, true);

    claim(LADDER);

    assertThat(override()).isNull();
  }

  @Test
  void shouldChangeNothingWithAnEmptyLadder() {
    failedBefore(3, false);

    claim(Ladder.NONE);

    assertThat(override()).isNull();
    assertThat(escalations()).isEmpty();
  }

  /** A failure as hermes records it; one that was judged carries a class. */
  private void failedBefore(int failures, boolean judged) {
    board.change(tx -> {
      tx.update("UPDATE tasks SET consecutive_failures = ? WHERE id = ?", failures, task);
      var payload = BoardJson.object().put("pid", 4711);
      if (judged) {
        payload.put(PolicyEvent.CLASS, "task");
      }
      Events.append(tx, task, null, "crashed", payload);
    });
  }

  private long claim(Ladder ladder) {
    return board.write(tx -> {
      var won = (ClaimResult.Granted) Claims.claim(tx, task, "host:1", 900);
      new ClaimEscalation(ladder).apply(tx, won.task(), won.runId());
      return won.runId();
    });
  }

  private List<EventRow> escalations() {
    return board.read(tx -> EventLog.ofTask(tx, task, "model_escalated"));
  }

  private String override() {
    return board.read((Tx tx) -> Tasks.find(tx, task).orElseThrow().modelOverride());
  }
}
