package dev.talaria.dispatcher.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.TaskIds;
import dev.talaria.board.event.Events;
import dev.talaria.board.task.Comments;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Skills;
import dev.talaria.board.task.TaskCreation;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.transition.Blocks;
import dev.talaria.board.transition.ClaimResult;
import dev.talaria.board.transition.Claims;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.RelayCursor;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchBuilderTest {
  private static final BoardKey KEY = new BoardKey("alpha", "default");

  private final Wire wire = new Wire();
  private final BatchBuilder builder = new BatchBuilder(KEY, wire);
  private final TaskCreation creation = new TaskCreation(Skills.hermesToolsets(), null);
  private Board board;

  @BeforeEach
  void open(@TempDir Path directory) {
    board = Board.openOrCreate(
        directory.resolve("kanban.db"),
        new BoardOptions(InstantSource.system(), TaskIds.random(new Random(1))));
  }

  @AfterEach
  void close() {
    board.close();
  }

  private String create(NewTask task) {
    return board.write(tx -> creation.create(tx, task.withCreatedBy("test")).taskId());
  }

  private static RelayCursor cursor(long event) {
    return new RelayCursor(KEY, 3, event, "", 0, 0, "topic", 0);
  }

  private RelayBatch batch(long after, long backfillUpTo) {
    return board.read(tx -> builder.next(tx, cursor(after), backfillUpTo, 40)).orElseThrow();
  }

  private List<Transition> read(RelayBatch batch) {
    return batch.events().stream()
        .map(event -> wire.decode(event.value(), Transition.class))
        .toList();
  }

  @Test
  void shouldSayNothingWhenThereIsNothingNew() {
    assertThat(board.read(tx -> builder.next(tx, cursor(0), 0, 0)).isPresent()).isFalse();
  }

  @Test
  void shouldGiveOnlyTheLastEventOfEachTaskAnImage() {
    String a = create(NewTask.titled("a").withAssignee("coder"));
    String b = create(NewTask.titled("b").withAssignee("coder"));
    board.change(tx -> {
      ClaimResult.Granted run = (ClaimResult.Granted) Claims.claim(tx, a, "lock", 60);
      Claims.setWorkerPid(tx, a, 7);
      Blocks.block(tx, a, "enough", run.runId());
    });

    List<Transition> events = read(batch(0, 0));

    assertThat(events.stream().filter(it -> it.image() != null).map(Transition::kind))
        .containsExactly("created", "blocked");
    Transition last = events.get(events.size() - 1);
    assertThat(last.task()).isEqualTo(a);
    assertThat(last.image().task().path("status").asText()).isEqualTo("blocked");
    assertThat(events.get(1).task()).isEqualTo(b);
    assertThat(events).allSatisfy(it -> {
      assertThat(it.lineage()).isEqualTo(3);
      assertThat(it.isBackfill()).isFalse();
    });
  }

  @Test
  void shouldHoldOnlySoMuchInMemoryAndLeaveNothingOut() {
    String a = create(NewTask.titled("a").withAssignee("coder"));
    String large = "x".repeat(1 << 20);
    for (int i = 0; i < 14; i++) {
      board.change(
          tx -> Events.append(tx, a, null, "noted", BoardJson.object().put("text", large)));
    }

    List<Long> ids = new ArrayList<>();
    List<Boolean> images = new ArrayList<>();
    for (long after = 0; after < 15; ) {
      RelayBatch batch = batch(after, 0);
      assertThat(batch.events().size()).as("events of 1 MiB each").isBetween(1, 5);
      for (Transition event : read(batch)) {
        ids.add(event.event());
        images.add(event.image() != null);
      }
      after = batch.cursor().event();
    }

    assertThat(ids)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 15).boxed().toList());
    assertThat(images.get(14)).as("the last event has the image").isTrue();
  }

  @Test
  void shouldSayTheStatusThatEachEventImplies() {
    String a = create(NewTask.titled("a").withAssignee("coder"));
    board.change(tx -> {
      Claims.claim(tx, a, "lock", 60);
      Comments.add(tx, a, "me", "a word");
      Blocks.block(tx, a, "enough", null);
      Blocks.unblock(tx, a);
    });

    assertThat(read(batch(0, 0)).stream().map(it -> it.kind() + " " + it.status()))
        .containsExactly(
            "created ready",
            "claimed running",
            "commented null",
            "blocked blocked",
            "unblocked ready");
  }

  @Test
  void shouldStripWhatAsksForADecisionFromHistory() {
    String a = create(NewTask.titled("a").withAssignee("coder"));
    board.change(tx -> {
      ObjectNode payload = wire.object().put("decision_pending", true).put("error", "e");
      Events.append(tx, a, 1L, "crashed", payload);
      Events.append(tx, a, 2L, "crashed", payload.deepCopy());
    });

    List<Transition> events = read(batch(0, 2));

    assertThat(events.get(1).isBackfill()).isTrue();
    assertThat(events.get(1).payload().has("decision_pending")).isFalse();
    assertThat(events.get(1).payload().path("error").asText()).isEqualTo("e");
    assertThat(events.get(2).isBackfill()).isFalse();
    assertThat(events.get(2).payload().path("decision_pending").asBoolean()).isTrue();
  }

  @Test
  void shouldCutABodyOfFiveMegabytes() {
    String body = "\u00e4\0".repeat(1_700_000);
    create(NewTask.titled("large").withAssignee("coder").withBody(body));

    RelayBatch batch = batch(0, 0);
    Transition event = read(batch).get(0);

    assertThat(batch.events().get(0).value())
        .hasSizeLessThanOrEqualTo(TopicCatalogue.MAX_MESSAGE_BYTES);
    assertThat(event.image().task().path("body").asText())
        .isEqualTo(body.substring(0, TextCut.KEPT_CHARS));
    assertThat(event.image().truncated().path("task.body").asInt()).isEqualTo(body.length());
  }

  @Test
  void shouldCutALargePayload() {
    String a = create(NewTask.titled("a"));
    board.change(tx -> Events.append(
        tx, a, null, "noted", wire.object().put("text", "x".repeat(2_000_000)).put("n", 1)));

    Transition event = read(batch(1, 0)).get(0);

    assertThat(event.payload().path("text").asText()).hasSize(TextCut.KEPT_CHARS);
    assertThat(event.payload().path("truncated").path("text").asInt()).isEqualTo(2_000_000);
    assertThat(event.payload().path("n").asInt()).isEqualTo(1);
  }

  @Test
  void shouldPassOverARowThatCannotBeSentAndGoOn() {
    String a = create(NewTask.titled("a"));
    ObjectNode wide = wire.object();
    for (int i = 0; i < 5_000; i++) {
      wide.put("field" + i, "x".repeat(400));
    }
    board.change(tx -> {
      Events.append(tx, a, null, "noted", wide);
      Events.append(tx, a, null, "noted", null);
    });

    RelayBatch batch = batch(0, 0);

    assertThat(batch.events()).hasSize(3);
    assertThat(batch.events().get(1).value()).isNull();
    assertThat(batch.events().get(1).size()).isGreaterThan(2_000_000);
    assertThat(batch.sendable()).isEqualTo(2);
    assertThat(batch.cursor().event()).isEqualTo(3);
    assertThat(batch.cursor().lineage()).isEqualTo(3);
  }

  @Test
  void shouldCarryAPayloadThatIsNoJsonAsAbsent() {
    String a = create(NewTask.titled("a"));
    board.change(tx -> tx.insert(
        "INSERT INTO task_events (task_id, run_id, kind, payload, created_at) VALUES (?, NULL, 'odd', 'no {json', 1)"
            + " RETURNING id AS n",
        a));

    Transition event = read(batch(1, 0)).get(0);

    assertThat(event.kind()).isEqualTo("odd");
    assertThat(event.payload()).isNull();
  }

  @Test
  void shouldBoundABatch() {
    String a = create(NewTask.titled("a"));
    board.change(tx -> {
      for (int i = 0; i < 700; i++) {
        Events.append(tx, a, null, "noted", null);
      }
    });

    RelayBatch first = batch(0, 0);

    assertThat(first.events()).hasSize(BatchBuilder.MAX_EVENTS);
    assertThat(batch(first.cursor().event(), 0).events()).hasSize(701 - BatchBuilder.MAX_EVENTS);
  }
}
