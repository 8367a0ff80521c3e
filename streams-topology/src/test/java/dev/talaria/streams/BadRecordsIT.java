package dev.talaria.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.protocol.message.DeadLetter;
import dev.talaria.protocol.message.Decision;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.PolicyEvent;
import dev.talaria.protocol.policy.RetryPolicy;
import dev.talaria.testkit.TestBroker;
import dev.talaria.testkit.WithKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever stands on {@code transitions}: no thread ends, what cannot be used is put aside, and the next failure is judged. */
@WithKafka
@Timeout(120)
class BadRecordsIT {
  private static final int LARGE = 900_000;
  private static final RetryPolicy POLICY = new Policies().limit(1_000).build();

  @TempDir
  Path home;

  @Test
  void shouldPutAsideWhatCannotBeReadAndGoOn(TestBroker broker) throws Exception {
    try (var kafka = new BoardsOnKafka(broker);
        var service = start(broker, kafka)) {
      var board = new BoardEvents(kafka.wire, BoardEvents.BOARD);
      int partition = kafka.topics.partitionOf(BoardEvents.BOARD);
      Map<String, byte[]> bad = unreadable(kafka.wire, board);
      Map<Long, String> offsets = new LinkedHashMap<>();
      int asked = 0;
      for (Map.Entry<String, byte[]> one : bad.entrySet()) {
        offsets.put(kafka.sendBytes(partition, one.getValue()).get().offset(), one.getKey());
        kafka.send(board.failed("t_1", POLICY).end()).get();
        asked++;
      }

      List<Decision> decisions = kafka.awaitDecisions(asked);
      List<DeadLetter> letters = kafka.awaitDeadLetters(bad.size());

      assertThat(decisions).extracting(it -> it.verdict().count()).isSorted().hasSize(asked);
      assertThat(decisions.get(asked - 1).verdict().count()).isEqualTo(asked);
      assertThat(letters)
          .extracting(it -> offsets.get(it.offset()))
          .containsExactlyElementsOf(bad.keySet());
      assertThat(letters).allSatisfy(letter -> {
        assertThat(letter.topic()).isEqualTo(kafka.topics.transitions());
        assertThat(letter.reason()).isNotBlank().hasSizeLessThanOrEqualTo(DeadLetter.REASON_CHARS);
        byte[] sent = bad.get(offsets.get(letter.offset()));
        assertThat(letter.size()).isEqualTo(sent == null ? 0 : sent.length);
      });
      assertThat(service.failure()).as("a thread that ended").isEmpty();
      assertThat(service.isReady()).isTrue();
    }
  }

  /** What can be read, and looks like nothing that any version ever wrote. */
  @Test
  void shouldJudgeTheNextFailureAfterWhatIsReadableAndStrange(TestBroker broker) throws Exception {
    try (var kafka = new BoardsOnKafka(broker);
        var service = start(broker, kafka)) {
      var board = new BoardEvents(kafka.wire, BoardEvents.BOARD);
      List<Transition> strange = strange(kafka.wire, board);
      for (Transition record : strange) {
        kafka.send(record).get();
        kafka.send(board.failed("t_good", POLICY).end()).get();
      }

      kafka.awaitDecision(
          it -> it.run().taskId().equals("t_good") && it.verdict().count() == strange.size(),
          "an answer to each failure among strange records",
          Duration.ofSeconds(60));

      assertThat(kafka.decisions())
          .filteredOn(it -> it.run().taskId().equals("t_good"))
          .extracting(it -> it.verdict().count())
          .hasSize(strange.size())
          .isSorted();
      assertThat(service.failure()).as("a thread that ended").isEmpty();
    }
  }

  /** The answer would name the next model twice, and be larger than a record may be. */
  @Test
  void shouldPutAsideAFailureWhoseAnswerIsTooLargeToSend(TestBroker broker) throws Exception {
    try (var kafka = new BoardsOnKafka(broker);
        var service = start(broker, kafka)) {
      var board = new BoardEvents(kafka.wire, BoardEvents.BOARD);
      Transition large = board.failed("t_large", POLICY).end();
      ((ObjectNode) large.payload().get(PolicyEvent.POLICY))
          .putObject("ladder")
          .put("", "m".repeat(600_000));
      long offset = kafka.send(large).get().offset();
      kafka.send(board.failed("t_1", POLICY).end()).get();

      kafka.awaitDecision(
          it -> it.run().taskId().equals("t_1"), "the next answer", Duration.ofSeconds(60));

      assertThat(kafka.awaitDeadLetters(1)).singleElement().satisfies(letter -> {
        assertThat(letter.offset()).isEqualTo(offset);
        assertThat(letter.reason()).contains("a Decision of").contains("more than 900000");
        assertThat(letter.key()).isEqualTo(large.taskKey().toString());
      });
      assertThat(kafka.decisions()).extracting(it -> it.run().taskId()).containsExactly("t_1");
      assertThat(service.failure()).isEmpty();
    }
  }

  private static Map<String, byte[]> unreadable(Wire wire, BoardEvents board) {
    var random = new Random(7);
    var bad = new LinkedHashMap<String, byte[]>();
    bad.put("nothing", null);
    bad.put("no bytes", new byte[0]);
    bad.put("not JSON", "not json".getBytes(UTF_8));
    bad.put("JSON's null", "null".getBytes(UTF_8));
    bad.put("a list", "[{}]".getBytes(UTF_8));
    bad.put("no field", "{}".getBytes(UTF_8));
    bad.put("a future version", "{\"v\":99}".getBytes(UTF_8));
    bad.put("no UTF-8", new byte[] {'{', '"', (byte) 0xff, (byte) 0xc0, '"', ':', '1', '}'});
    bad.put("deep", ("{\"v\":".repeat(3_000) + "1" + "}".repeat(3_000)).getBytes(UTF_8));
    bad.put("cut short", cut(wire.encode(board.failed("t_9", POLICY).end())));
    byte[] noise = new byte[LARGE];
    random.nextBytes(noise);
    bad.put("much noise", noise);
    bad.put("a huge text", ("{\"board\":\"" + "b".repeat(LARGE) + "\"}").getBytes(UTF_8));
    bad.put("a long number", ("{\"lineage\":" + "9".repeat(500_000) + "}").getBytes(UTF_8));
    ObjectNode wrong = wire.tree(board.plain("t_9", "created"));
    bad.put(
        "an impossible board", wrong.deepCopy().put("board", "a/b/c").toString().getBytes(UTF_8));
    bad.put(
        "an impossible task", wrong.deepCopy().put("task", "no#task").toString().getBytes(UTF_8));
    bad.put("a number for a kind", wrong.deepCopy().putNull("kind").toString().getBytes(UTF_8));
    bad.put("a text for an id", wrong.deepCopy().put("event", "many").toString().getBytes(UTF_8));
    bad.put(
        "no payload object", wrong.deepCopy().put("payload", "text").toString().getBytes(UTF_8));
    bad.put("pending, no class", pending(wire, board, payload -> payload.remove("class")));
    bad.put("pending, no policy", pending(wire, board, payload -> payload.remove("policy")));
    bad.put(
        "pending, a class of tomorrow",
        pending(wire, board, payload -> payload.put("class", "tomorrow")));
    bad.put(
        "pending, a policy of texts",
        pending(wire, board, payload -> payload.put("policy", "strict")));
    bad.put(
        "pending, a ladder in a circle",
        pending(wire, board, payload -> policy(payload).putObject("ladder").put("a", "a")));
    bad.put(
        "pending, a budget of less than nothing",
        pending(
            wire,
            board,
            payload -> policy(payload).putObject("budget").putObject("task").put("attempts", -1)));
    bad.put(
        "pending, a price of words",
        pending(
            wire,
            board,
            payload -> policy(payload)
                .putObject("budget")
                .putObject("cost_per_minute")
                .put("opus", "dear")));
    return bad;
  }

  private static byte[] pending(
      Wire wire, BoardEvents board, java.util.function.Consumer<ObjectNode> harm) {
    Transition record = board.failed("t_9", POLICY).lane("coder").end();
    harm.accept(record.payload());
    return wire.encode(record);
  }

  private static ObjectNode policy(ObjectNode payload) {
    return (ObjectNode) payload.get(PolicyEvent.POLICY);
  }

  private static byte[] cut(byte[] value) {
    return java.util.Arrays.copyOf(value, value.length - 20);
  }

  private static List<Transition> strange(Wire wire, BoardEvents board) {
    var strange = new ArrayList<Transition>();
    strange.add(board.plain("t_9", "invented_tomorrow"));
    strange.add(board.plain("t_9", ""));
    strange.add(board.status("t_9", "moved", "a status of tomorrow"));
    strange.add(board.with("t_9", "decided", wire.object()));
    strange.add(board.with("t_9", "decided", wire.object().put("history", 7)));
    strange.add(board.with("t_9", "gave_up", wire.object().put("failures", "many")));
    strange.add(board.with("t_9", "unblocked", wire.object().put("more", "lots")));
    strange.add(board.with("t_9", "created", wire.object().put("note", "x".repeat(LARGE))));
    strange.add(board.failed("t_9", POLICY).lane("").model("").fingerprint("").end());
    strange.add(board.failed("t_9", POLICY).lane("l".repeat(200_000)).end());
    strange.add(
        board.failed("t_9", POLICY).lane("coder").model("m".repeat(200_000)).end());
    strange.add(
        board.failed("t_9", POLICY).lane("coder").override("\u0000\u001b[31m").end());
    strange.add(
        board.failed("t_9", POLICY).lane("coder").seconds(Long.MAX_VALUE).end());
    strange.add(
        board.failed("t_9", POLICY).lane("coder").seconds(Long.MIN_VALUE).end());
    strange.add(board.failed("t_9", POLICY).fingerprint("f".repeat(LARGE / 2)).end());
    strange.add(board.failed("t_9", POLICY).kind("k".repeat(200_000)).end());
    strange.add(
        board.later(100_000_000_000L).failed("t_9", POLICY).lane("coder").end());
    strange.add(
        board.later(-200_000_000_000L).failed("t_9", POLICY).lane("coder").end());
    strange.add(board.image("t_9", "edited", "a status of tomorrow"));
    return strange;
  }

  private TopologyService start(TestBroker broker, BoardsOnKafka kafka) {
    var service = new TopologyService(
        TopologySettings.of(broker.bootstrapServers(), kafka.topics, "alpha", home)
            .withThreadFailures(0, Duration.ofMinutes(5)),
        new Wire(),
        DecisionListener.NONE,
        InstantSource.system());
    service.start();
    return service;
  }
}
