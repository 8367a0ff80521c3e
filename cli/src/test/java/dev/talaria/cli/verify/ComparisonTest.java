package dev.talaria.cli.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.audit.BoardLedger.Standing;
import dev.talaria.board.event.EventRow;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.PolicyEvent;
import dev.talaria.protocol.policy.PolicyFold;
import dev.talaria.streams.HistoryAudit;
import dev.talaria.streams.HistoryAudit.Entry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is a difference between a board, its transitions and the topology's store, and what is none. */
class ComparisonTest {
  private static final BoardKey BOARD = BoardKey.parse("alpha/default");
  private static final long LINEAGE = 2;
  private static final long DAY = 86_400;
  private static final long NOON = 1_790_000_000;
  private static final List<String> KINDS =
      List.of("commented", "claimed", "crashed", "completed", "unblocked", "gave_up", "timed_out");

  private final Wire wire = new Wire();
  private final List<EventRow> rows = new ArrayList<>();
  private final List<Transition> sent = new ArrayList<>();
  private final Map<String, Standing> standings = new TreeMap<>();
  private long cursor = Long.MAX_VALUE;
  private boolean whole = true;

  private void event(String task, String kind, long at, @Nullable ObjectNode payload) {
    long id = rows.size() + 1;
    rows.add(new EventRow(id, task, 7L, kind, payload == null ? null : payload.toString(), at));
    sent.add(transition(LINEAGE, id, task, kind, at, payload, "ready"));
    standings.put(task, new Standing(task, "ready", "coder", null));
  }

  private Transition transition(
      long lineage,
      long id,
      String task,
      String kind,
      long at,
      @Nullable ObjectNode payload,
      String status) {
    ObjectNode columns =
        wire.object().put("status", status).put("assignee", "coder").putNull("model_override");
    var image = new Transition.Image(columns, null, wire.mapper().createArrayNode(), null);
    return new Transition(BOARD, lineage, id, task, 7L, kind, at, null, payload, image, null);
  }

  private BoardSide board(Set<String> closely) {
    Map<String, TaskSum> sums = new HashMap<>();
    Map<String, Long> newest = new HashMap<>();
    var policy = new PolicyFold(wire);
    for (EventRow row : rows) {
      newest.put(row.taskId(), row.id());
      if (row.id() <= cursor) {
        TaskSum sum = sums.computeIfAbsent(row.taskId(), id -> new TaskSum(closely.contains(id)));
        sum.add(EventMark.of(row, row.payloadObject()));
        sum.fold(
            policy,
            new PolicyEvent(
                LINEAGE, row.id(), row.runId(), row.kind(), row.createdAt(), row.payloadObject()));
      }
    }
    return new BoardSide(cursor, sums, standings, newest);
  }

  private TopicSide topic(BoardSide board, Set<String> closely) {
    var side = new TopicSide(BOARD, LINEAGE, board, closely, whole, wire);
    for (int i = 0; i < sent.size(); i++) {
      byte[] key = (BOARD + "#" + sent.get(i).task()).getBytes(UTF_8);
      side.take(new ConsumerRecord<>("t", 0, i, key, wire.encode(sent.get(i))));
    }
    return side;
  }

  private List<String> differences(Map<String, Set<Long>> tooLarge) {
    Set<String> all = new HashSet<>(standings.keySet());
    BoardSide far = board(Set.of());
    boolean fromAfar = new Comparison(LINEAGE, far, topic(far, Set.of()))
        .boardWithTopic(tooLarge)
        .differences()
        .isEmpty();
    BoardSide close = board(all);
    List<String> found = new Comparison(LINEAGE, close, topic(close, all))
        .boardWithTopic(tooLarge).differences().stream()
            .map(it -> it.task() + " " + it.what())
            .toList();
    assertThat(fromAfar && !found.isEmpty()).as("seen only closely: %s", found).isFalse();
    return found;
  }

  private List<String> ofStore(Map<String, Entry> stored, long now) {
    BoardSide board = board(Set.of());
    var comparison = new Comparison(LINEAGE, board, topic(board, Set.of()));
    Set<String> moved = comparison.topicWithStore(stored, whole, now * 1_000);
    List<String> found = new ArrayList<>();
    comparison.differences().forEach(it -> found.add(it.task() + " " + it.what()));
    moved.forEach(task -> found.add(task + " moved"));
    return found;
  }

  private Map<String, Entry> fold() {
    var audit = new HistoryAudit(wire);
    Map<String, Entry> entries = new HashMap<>();
    for (Transition t : sent) {
      Entry entry = audit.advance(entries.get(t.task()), t);
      if (entry != null) {
        entries.put(t.task(), entry);
      }
    }
    return entries;
  }

  static List<Long> seeds() {
    return Long.getLong("talaria.seed") == null
        ? new Random().longs(60).boxed().toList()
        : List.of(Long.getLong("talaria.seed"));
  }

  /** Any history agrees with itself; one change of one event or entry is found, at its task. */
  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void shouldFindExactlyWhatWasChanged(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 60; i++) {
      String task = "t_" + random.nextInt(8);
      event(
          task,
          KINDS.get(random.nextInt(KINDS.size())),
          NOON + i,
          random.nextBoolean() ? null : wire.object().put("n", i));
    }
    Map<String, Entry> stored = fold();
    assertThat(differences(Map.of())).isEmpty();
    assertThat(ofStore(stored, NOON + DAY / 2)).isEmpty();

    int at = random.nextInt(rows.size());
    EventRow row = rows.get(at);
    Transition gone = sent.get(at);
    String what = switch (random.nextInt(4)) {
      case 0 -> {
        sent.remove(at);
        yield "event_missing";
      }
      case 1 -> {
        sent.add(gone);
        yield "event_twice";
      }
      case 2 -> {
        rows.remove(at);
        yield "event_extra";
      }
      default -> {
        rows.set(
            at,
            new EventRow(
                row.id(), row.taskId(), row.runId(), row.kind(), "{\"n\": -1}", row.createdAt()));
        yield "event_other";
      }
    };
    List<String> found = differences(Map.of());
    assertThat(found).singleElement().isEqualTo(row.taskId() + " " + what);
  }

  @Test
  void shouldNotMindTheOrderInWhichDoubtsCome() {
    event("t_1", "created", NOON, null);
    event("t_2", "created", NOON, null);
    Collections.swap(sent, 0, 1);

    assertThat(differences(Map.of())).isEmpty();
  }

  @Test
  void shouldCompareNothingThatIsNotPublished() {
    event("t_1", "created", NOON, null);
    event("t_1", "commented", NOON, null);
    sent.remove(1);
    cursor = 1;
    standings.put("t_1", new Standing("t_1", "done", "coder", null));

    assertThat(differences(Map.of())).as("its status is ahead of the topic").isEmpty();
    cursor = 2;
    assertThat(differences(Map.of())).containsExactly("t_1 event_missing");
    assertThat(differences(Map.of("t_1", Set.of(2L)))).as("too large for Kafka").isEmpty();
  }

  @Test
  void shouldFindColumnsThatChangedWithoutAnEvent() {
    event("t_1", "created", NOON, null);
    standings.put("t_1", new Standing("t_1", "done", null, "opus"));

    assertThat(differences(Map.of()))
        .containsExactly("t_1 status", "t_1 assignee", "t_1 model_override");
  }

  @Test
  void shouldLetOldEventsOfFinishedAndAllOfDeletedTasksGo() {
    event("t_1", "created", NOON, null);
    event("t_1", "completed", NOON, null);
    event("t_2", "created", NOON, null);
    event("t_3", "created", NOON, null);
    standings.put("t_1", new Standing("t_1", "ready", "coder", null));
    rows.removeIf(row -> row.id() == 1 || row.taskId().equals("t_2"));
    assertThat(differences(Map.of())).containsExactly("t_1 event_extra", "t_2 event_extra");

    standings.remove("t_2");
    standings.put("t_1", new Standing("t_1", "archived", "coder", null));
    assertThat(differences(Map.of())).containsExactly("t_1 status");
  }

  @Test
  void shouldPassOverFormerLineagesCutTextsAndTheMarkOfADecision() {
    ObjectNode payload = wire.object().put("text", "long").put("decision_pending", true);
    event("t_1", "commented", NOON, payload);
    sent.set(
        0,
        transition(
            LINEAGE, 1, "t_1", "commented", NOON, wire.object().put("text", "long"), "ready"));
    assertThat(differences(Map.of())).as("history that was published anew").isEmpty();
    ObjectNode cut = wire.object().put("text", "lo");
    cut.putObject("truncated").put("text", 4);
    sent.set(0, transition(LINEAGE, 1, "t_1", "commented", NOON, cut, "ready"));
    BoardSide close = board(Set.of("t_1"));
    assertThat(new Comparison(LINEAGE, close, topic(close, Set.of("t_1")))
            .boardWithTopic(Map.of())
            .differences())
        .isEmpty();
    sent.set(0, transition(LINEAGE, 1, "t_1", "commented", NOON, payload, "ready"));
    sent.add(0, transition(LINEAGE - 1, 1, "t_1", "created", NOON, null, "todo"));
    assertThat(differences(Map.of())).isEmpty();
  }

  @Test
  void shouldTakeAnAbsentEntryForABlankOne() {
    event("t_1", "created", NOON, null);
    event("t_2", "created", NOON, null);
    event("t_2", "crashed", NOON, null);
    event("t_2", "completed", NOON, null);
    Map<String, Entry> stored = fold();
    assertThat(stored.get("t_2").isBlank()).isTrue();

    assertThat(ofStore(Map.of(), NOON)).isEmpty();
    assertThat(ofStore(stored, NOON)).isEmpty();
  }

  @Test
  void shouldFindEntriesThatAreNotWhatTheTransitionsFoldTo() {
    event("t_1", "crashed", NOON, null);
    Map<String, Entry> stored = fold();
    assertThat(ofStore(Map.of(), NOON)).containsExactly("t_1 store");

    event("t_1", "crashed", NOON, null);
    assertThat(ofStore(stored, NOON)).containsExactly("t_1 store");
    assertThat(ofStore(fold(), NOON)).isEmpty();
    stored = fold();
    stored.put("t_9", stored.get("t_1"));
    assertThat(ofStore(stored, NOON)).containsExactly("t_9 store_extra");
    whole = false; // its transitions may be older than the topic keeps; so may those of t_1
    assertThat(ofStore(stored, NOON)).isEmpty();
    assertThat(ofStore(Map.of(), NOON)).isEmpty();
  }

  @Test
  void shouldTellNothingOfATaskThatWentOnMeanwhileOrIsBeingJudged() {
    event("t_1", "crashed", NOON, null);
    event("t_1", "crashed", NOON, null);
    Map<String, Entry> ahead = fold();
    sent.remove(1);
    assertThat(ofStore(ahead, NOON)).containsExactly("t_1 moved");

    sent.clear();
    ObjectNode judged = wire.object().put("decision_pending", true);
    sent.add(transition(LINEAGE, 1, "t_1", "crashed", NOON, judged, "ready"));
    assertThat(ofStore(Map.of(), NOON)).isEmpty();
  }

  @Test
  void shouldLetTheTopologyForgetClosedTasksAfterADay() {
    event("t_1", "crashed", NOON, null);
    event("t_1", "archived", NOON + 1, null);
    sent.set(1, transition(LINEAGE, 2, "t_1", "archived", NOON + 1, null, "archived"));

    assertThat(ofStore(Map.of(), NOON + 3_600)).containsExactly("t_1 store");
    assertThat(ofStore(Map.of(), NOON + 2 * DAY)).isEmpty();

    // it went on after that: what was known before may have been dropped or not
    event("t_1", "crashed", NOON + 3 * DAY, null);
    Map<String, Entry> kept = fold();
    var audit = new HistoryAudit(wire);
    Entry dropped = audit.advance(null, sent.get(2));
    assertThat(kept.get("t_1")).isNotEqualTo(dropped);
    assertThat(ofStore(kept, NOON + 3 * DAY)).isEmpty();
    assertThat(ofStore(Map.of("t_1", dropped), NOON + 3 * DAY)).isEmpty();
    assertThat(ofStore(Map.of(), NOON + 3 * DAY)).containsExactly("t_1 store");
  }
}
