package dev.talaria.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.FleetTable;
import dev.talaria.protocol.message.FleetTable.Attempts;
import dev.talaria.protocol.message.FleetTable.Completed;
import dev.talaria.protocol.message.FleetTable.OfBoard;
import dev.talaria.protocol.message.FleetTable.OfDay;
import dev.talaria.protocol.message.FleetTable.OfLane;
import dev.talaria.protocol.message.FleetTable.OfStatus;
import dev.talaria.protocol.message.FleetTable.OfStay;
import dev.talaria.protocol.message.FleetTable.Statuses;
import dev.talaria.protocol.message.FleetTable.Stranded;
import dev.talaria.protocol.message.FleetTable.Times;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Transition.Image;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The node {@code count-fleet}: which events count how, what is written when, and what is kept. */
class FleetTopologyTest {
  private static final long AT = 1_800_000_000L; // 2027-01-15T08:00:00Z
  private static final Duration KEPT = Duration.ofHours(2);
  private static final BoardKey BOARD = BoardEvents.BOARD;

  @TempDir
  Path state;

  private final List<BoardKey> released = new ArrayList<>();
  private final Map<String, FleetTable> tables = new HashMap<>();
  private TopologyBench bench;
  private long lineage = 1;
  private long event;
  private boolean backfill;

  @BeforeEach
  void open() {
    bench = new TopologyBench(
        state,
        new DecisionListener() {
          @Override
          public void released(BoardKey board) {
            released.add(board);
          }
        },
        KEPT);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  /** An event in the middle of its batch. */
  private Transition event(String task, String kind, long at, String status, ObjectNode payload) {
    return new Transition(
        BOARD, lineage, ++event, task, null, kind, AT + at, status, payload, null, backfill);
  }

  /** An event at the end of its batch. */
  private Transition image(
      String task, String kind, long at, String told, String status, String... parents) {
    var columns =
        bench.wire.object().put("id", task).put("status", status).put("assignee", "coder");
    var above = bench.wire.mapper().createArrayNode();
    List.of(parents).forEach(above::add);
    return new Transition(
        BOARD,
        lineage,
        ++event,
        task,
        null,
        kind,
        AT + at,
        told,
        null,
        new Image(columns, null, above, null),
        backfill);
  }

  private ObjectNode object(String json) {
    return java.util.Objects.requireNonNull(bench.wire.objectOrNull(json.replace('\'', '"')));
  }

  private FleetTopologyTest send(Transition... transitions) {
    for (Transition transition : transitions) {
      bench.send(transition);
    }
    return this;
  }

  /** What the topic holds after the next second. */
  private <T extends OfBoard> T table(Class<T> type, String name) {
    bench.pass(FleetProcessor.PUBLISH);
    bench.fleet().forEach(written -> tables.put(written.key, written.value));
    return type.cast(tables.get(BOARD + "/" + name));
  }

  private List<OfStatus> statuses() {
    return table(Statuses.class, "statuses").rows();
  }

  private Stranded stranded() {
    return table(Stranded.class, "stranded");
  }

  @Test
  void shouldCountOpenTasksByLaneAndStatus() {
    send(
        event("t_1", "created", 0, "ready", object("{'assignee':'coder','parents':[]}")),
        event("t_2", "created", 5, "ready", object("{'assignee':'coder'}")),
        event("t_3", "created", 9, "triage", object("{}")),
        event("t_4", "created", 9, "ready", object("{'assignee':'No Lane!'}")),
        event("t_1", "claimed", 10, "running", null));

    assertThat(statuses())
        .containsExactly(
            new OfStatus("coder", "ready", 1, null, AT + 5, AT + 5),
            new OfStatus("coder", "running", 1, null, AT + 10, AT + 10),
            new OfStatus("none", "triage", 1, null, AT + 9, AT + 9),
            new OfStatus("other", "ready", 1, null, AT + 9, AT + 9));
  }

  @Test
  void shouldCountAttemptsStaysAndCompletions() {
    send(
        event("t_1", "created", 0, "ready", object("{'assignee':'coder'}")),
        event("t_1", "claimed", 10, "running", null),
        event("t_1", "crashed", 40, "ready", null),
        event("t_1", "claimed", 45, "running", null),
        event("t_2", "created", 50, "ready", object("{'assignee':'coder'}")));
    assertThat(table(Attempts.class, "attempts").rows())
        .containsExactly(new OfLane("coder", List.of(1L, 0L, 1L)));

    send(event("t_1", "completed", 100, "done", null));

    assertThat(table(Attempts.class, "attempts").rows())
        .containsExactly(new OfLane("coder", List.of(1L)));
    assertThat(table(Times.class, "times").rows())
        .containsExactly(
            new OfStay("coder", "ready", 2, 15), new OfStay("coder", "running", 2, 85));
    assertThat(table(Completed.class, "completed").rows())
        .containsExactly(new OfDay("coder", "2027-01-15", 1, 2));
    assertThat(statuses()).hasSize(1);
  }

  @Test
  void shouldStillCountACompletionThatWasArchivedAndNoLongerOneThatWasReopened() {
    send(
        event("t_1", "created", 0, "ready", object("{'assignee':'coder'}")),
        event("t_1", "completed", 1, "done", null),
        event("t_1", "archived", 2, "archived", null));
    assertThat(table(Completed.class, "completed").rows()).hasSize(1);

    send(event("t_1", "status", 3, "todo", object("{'status':'todo'}")));

    assertThat(table(Completed.class, "completed").rows()).isEmpty();
    assertThat(statuses()).containsExactly(new OfStatus("coder", "todo", 1, null, AT + 3, AT + 3));
  }

  @Test
  void shouldTakeATaskFromItsImageWhereItsHistoryIsGone() {
    send(image("t_1", "commented", 7, null, "running", "t_0"));

    assertThat(statuses())
        .containsExactly(new OfStatus("coder", "running", 1, null, AT + 7, AT + 7));
    assertThat(table(Attempts.class, "attempts").rows())
        .as("claims that are gone are not made up")
        .containsExactly(new OfLane("coder", List.of(1L)));
  }

  @Test
  void shouldNotKnowATaskWhoseEventTellsNothing() {
    send(event("t_1", "commented", 7, null, null));

    assertThat(statuses()).isEmpty();
    assertThat(bench.counted().get(BOARD + "#t_1")).isNull();
  }

  @Test
  void shouldTellGivenUpFromBlocked() {
    send(
        image("t_1", "created", 0, "ready", "ready"),
        event("t_1", "gave_up", 5, "blocked", null),
        event("t_1", "blocked", 5, "blocked", object("{'companion_of':'gave_up'}")),
        image("t_2", "blocked", 6, "blocked", "blocked"));
    assertThat(statuses()).containsExactly(new OfStatus("coder", "blocked", 2, 1L, AT + 5, AT + 5));

    send(event("t_1", "unblocked", 9, "ready", null), event("t_1", "blocked", 9, "blocked", null));

    assertThat(statuses()).extracting(OfStatus::gaveUp).containsExactly(0L);
  }

  @Test
  void shouldSayWhatWaitsForBlockedTasks() {
    send(
        image("t_1", "gave_up", 1, "blocked", "blocked"),
        image("t_2", "created", 2, "todo", "todo", "t_1"),
        image("t_3", "created", 3, "todo", "todo", "t_2", "t_9"),
        image("t_9", "created", 3, "ready", "ready"));

    Stranded found = stranded();

    assertThat(found.tasks()).isEqualTo(2);
    assertThat(found.depth()).isEqualTo(2);
    assertThat(found.rows()).containsExactly(new FleetTable.InLane("coder", 2));
    assertThat(found.worst())
        .containsExactly(new FleetTable.Behind("t_1", "coder", true, AT + 1, 2, 2, null));
    assertThat(found.atLeast()).isNull();

    send(event("t_1", "unblocked", 9, "ready", null));
    assertThat(stranded().tasks()).isZero();
    assertThat(stranded().worst()).isEmpty();
  }

  @Test
  void shouldFollowLinksByTheirPayloadsBetweenImages() {
    send(
        image("t_1", "blocked", 1, "blocked", "blocked"),
        image("t_2", "created", 2, "todo", "todo"),
        event("t_2", "linked", 3, null, object("{'parent':'t_1','child':'t_2'}")),
        image("t_3", "specified", 4, "todo", "triage"),
        event("t_3", "decomposed", 5, "todo", object("{'child_ids':['t_2','t_1']}")));
    assertThat(stranded().tasks()).isEqualTo(2);

    send(event("t_2", "unlinked", 6, null, object("{'parent':'t_1','child':'t_2'}")));

    assertThat(stranded().tasks()).isEqualTo(1);
  }

  @Test
  void shouldCountAnEventOnceThatComesAgainOrLate() {
    var claimed = event("t_1", "claimed", 10, "running", null);
    var crashed = event("t_1", "crashed", 20, "ready", null);
    send(claimed, claimed, crashed, claimed, crashed);

    assertThat(table(Attempts.class, "attempts").rows())
        .containsExactly(new OfLane("none", List.of(0L, 1L)));
    assertThat(statuses()).extracting(OfStatus::status).containsExactly("ready");
  }

  @Test
  void shouldReplaceABoardWhoseLineageGrows() {
    var former = image("t_9", "created", 0, "ready", "ready");
    send(
        image("t_1", "created", 0, "ready", "ready"),
        image("t_2", "blocked", 0, "blocked", "blocked"));
    assertThat(statuses()).hasSize(2);

    lineage = 2;
    event = 0;
    backfill = true;
    send(
        event("t_1", "created", 0, "ready", object("{'assignee':'coder'}")),
        event("t_1", "claimed", 4, "running", null),
        image("t_1", "completed", 8, "done", "done"),
        former);

    assertThat(statuses()).isEmpty();
    assertThat(table(Completed.class, "completed").rows())
        .containsExactly(new OfDay("coder", "2027-01-15", 1, 1));
    assertThat(stranded().worst()).isEmpty();
    bench.pass(FleetProcessor.SWEEP);
    assertThat(bench.counted().get(BOARD + "#t_2"))
        .as("the former lineage's entries go")
        .isNull();
  }

  @Test
  void shouldWriteOnlyWhatHasChangedAndAtMostOnceASecond() {
    send(
        image("t_1", "created", 0, "ready", "ready"),
        image("t_1", "claimed", 1, "running", "running"));
    assertThat(bench.fleet()).as("not before the second has passed").isEmpty();
    bench.pass(FleetProcessor.PUBLISH);
    assertThat(bench.fleet()).extracting(it -> it.key).hasSize(5).doesNotHaveDuplicates();

    bench.pass(Duration.ofSeconds(5));
    assertThat(bench.fleet()).as("nothing happened").isEmpty();

    send(event("t_1", "heartbeat", 3, null, null));
    bench.pass(FleetProcessor.PUBLISH);
    assertThat(bench.fleet()).as("it says nothing new").isEmpty();

    send(event("t_1", "claimed", 4, "running", null));
    bench.pass(FleetProcessor.PUBLISH);
    assertThat(bench.fleet()).extracting(it -> it.key).containsExactly(BOARD + "/attempts");
  }

  @Test
  void shouldDropAClosedTaskAfterAWhileAndKeepItsPart() {
    send(
        image("t_1", "created", 0, "ready", "ready"),
        image("t_1", "completed", 8, "done", "done"),
        image("t_2", "created", 0, "ready", "ready"));
    var again = image("t_1", "completed", 8, "done", "done");
    send(again);
    bench.pass(KEPT.minusMinutes(1));
    assertThat(bench.counted().get(BOARD + "#t_1")).isNotNull();

    bench.pass(KEPT.dividedBy(8));

    assertThat(bench.counted().get(BOARD + "#t_1")).isNull();
    assertThat(bench.counted().get(BOARD + "#t_2")).isNotNull();
    assertThat(table(Completed.class, "completed").rows())
        .containsExactly(new OfDay("coder", "2027-01-15", 1, 0));
    send(again);
    assertThat(bench.counted().get(BOARD + "#t_1")).as("it is not new").isNull();
    assertThat(table(Completed.class, "completed").rows()).hasSize(1);

    send(image("t_1", "commented", 9, null, "done"));
    assertThat(table(Completed.class, "completed").rows())
        .as("a word on it is no completion")
        .containsExactly(new OfDay("coder", "2027-01-15", 1, 0));
  }

  @Test
  void shouldSayWhichBoardsItCountsNoLonger() {
    send(image("t_1", "created", 1, "ready", "ready"));
    assertThat(released).isEmpty();

    bench.close();

    assertThat(released).containsExactly(BOARD);
    open();
  }
}
