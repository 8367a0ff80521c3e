package dev.talaria.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.event.EventLog;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.event.Events;
import dev.talaria.board.gc.EventGc;
import dev.talaria.board.task.Comments;
import dev.talaria.protocol.message.DeadLetter;
import dev.talaria.protocol.message.RelayCursor;
import dev.talaria.protocol.message.Transition;
import dev.talaria.testkit.JavaProcess;
import dev.talaria.testkit.JavaProcesses;
import dev.talaria.testkit.TestBroker;
import dev.talaria.testkit.Topics;
import dev.talaria.testkit.WithKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every row of {@code task_events} is on {@code transitions} exactly once, as read-committed readers count. */
@WithKafka
@Timeout(180)
class RelayIT {
  private static final int KILLS = 10;

  private static List<Long> idsOf(BoardUnderTest it) {
    return it.<List<EventRow>>read(tx -> EventLog.eventsAfter(tx, 0, Integer.MAX_VALUE)).stream()
        .map(EventRow::id)
        .toList();
  }

  private static void assertEachOnceInOrder(BoardUnderTest it) {
    List<Transition> published = it.transitions();
    assertThat(published.stream().map(Transition::event))
        .containsExactlyElementsOf(idsOf(it)); // one board is on one partition: in order of ids
    Map<String, Long> last = new HashMap<>();
    published.forEach(event -> {
      Long before = last.put(event.task(), event.event());
      assertThat(before == null || before < event.event()).isTrue();
    });
    assertThat(published).allMatch(event -> event.lineage() == 1);
  }

  @Test
  void shouldPublishEachRowOnceThoughTheRelayIsKilledOverAndOver(
      TestBroker broker, JavaProcesses processes, @TempDir Path directory) throws Exception {
    var random = new Random(20261);
    try (var it = new BoardUnderTest(broker.bootstrapServers(), broker.prefix(), directory)) {
      String task = it.create("first", 0);
      var writing = new AtomicBoolean(true);
      var writer = new Thread(() -> {
        for (int i = 0; writing.get(); i++) {
          String other = it.create("task " + i, 0);
          it.write(tx -> Comments.add(tx, i(task, other, random), "me", "a word"));
        }
      });
      writer.start();
      for (int i = 0; i < KILLS; i++) {
        JavaProcess relay = processes
            .of(RelayProcess.class)
            .jvmArgs("-Xmx200m")
            .args(broker.bootstrapServers(), broker.prefix(), directory.toString())
            .start("relay");
        relay.awaitLine("relaying", Duration.ofSeconds(60));
        Thread.sleep(random.nextInt(400)); // a random moment is the point
        relay.kill();
      }
      writing.set(false);
      writer.join();

      it.start();
      BoardUnderTest.until(
          "all is published", () -> it.transitions().size() >= idsOf(it).size());

      assertThat(idsOf(it)).hasSizeGreaterThan(100);
      assertEachOnceInOrder(it);
    }
  }

  private static String i(String one, String other, Random random) {
    return random.nextBoolean() ? one : other;
  }

  @Test
  void shouldGoOnFromTheCursorAfterARestart(TestBroker broker, @TempDir Path directory) {
    try (var it = new BoardUnderTest(broker.bootstrapServers(), broker.prefix(), directory)) {
      it.create("a", 0);
      it.start();
      it.create("b", 0);
      BoardUnderTest.until("both are published", () -> it.transitions().size() == 2);
      it.stop();
      it.create("c", 0);
      it.start();
      BoardUnderTest.until("the third is published", () -> it.transitions().size() >= 3);

      assertEachOnceInOrder(it);
      assertThat(it.transitions().stream().map(Transition::isBackfill))
          .containsExactly(true, false, false);
    }
  }

  @Test
  void shouldGoOnThoughTheRowsThatWerePublishedAreCollected(
      TestBroker broker, @TempDir Path directory) {
    try (var it = new BoardUnderTest(broker.bootstrapServers(), broker.prefix(), directory)) {
      it.start();
      it.create("a", 0);
      it.create("b", 0);
      BoardUnderTest.until("both are published", () -> it.transitions().size() == 2);
      it.stop();
      assertThat(it.read(EventGc::limit)).as("a stop notes what is published").hasValue(2);
      it.write(tx -> tx.update("DELETE FROM task_events"));
      it.start();
      it.create("c", 0);
      BoardUnderTest.until("the third is published", () -> it.transitions().size() >= 3);

      assertThat(it.transitions().stream().map(e -> e.lineage() + "/" + e.event()))
          .containsExactly("1/1", "1/2", "1/3");
      assertThat(it.deeds.told("lineage")).isFalse();
    }
  }

  @Test
  void shouldBeginALineageWhenOnlyItsCursorIsLost(
      TestBroker broker, Topics topics, @TempDir Path directory) {
    try (var it = new BoardUnderTest(broker.bootstrapServers(), broker.prefix(), directory)) {
      it.start();
      it.create("a", 0);
      BoardUnderTest.until("it is published", () -> it.transitions().size() == 1);
      it.stop();
      topics.delete(it.topics.relayCursors());
      it.create("b", 0);
      it.start();
      BoardUnderTest.until("all is published again", () -> it.transitions().size() >= 3);
      it.create("c", 0);
      BoardUnderTest.until("what follows is published", () -> it.transitions().size() >= 4);

      assertThat(it.deeds.told("lineage")).isTrue();
      assertThat(it.transitions().stream().map(e -> e.lineage() + "/" + e.task()))
          .doesNotHaveDuplicates();
      assertThat(it.transitions().stream().filter(event -> event.lineage() == 2))
          .hasSize(3)
          .extracting(Transition::isBackfill)
          .containsExactly(true, true, false);
    }
  }

  @Test
  void shouldPutARowAsideThatCannotBeSentAndGoOn(TestBroker broker, @TempDir Path directory) {
    try (var it = new BoardUnderTest(broker.bootstrapServers(), broker.prefix(), directory)) {
      it.start();
      String task = it.create("a", 0);
      var wide = it.wire.object();
      for (int i = 0; i < 5_000; i++) {
        wide.put("field" + i, "x".repeat(400));
      }
      long id = it.write(tx -> Events.appendForId(tx, task, null, "noted", wide));
      it.create("b", 0);
      BoardUnderTest.until("the others are published", () -> it.transitions().size() == 2);

      List<DeadLetter> letters = it.reader.readAll(it.topics.deadLetter()).stream()
          .map(rec -> it.wire.decode(rec.value(), DeadLetter.class))
          .toList();
      assertThat(letters).singleElement().satisfies(letter -> {
        assertThat(letter.topic()).isEqualTo(it.topics.transitions());
        assertThat(letter.key()).isEqualTo("alpha/default#" + task);
        assertThat(letter.reason()).contains("event " + id);
      });
      RelayCursor newest = it.wire.decode(
          it.reader.readAll(it.topics.relayCursors()).stream()
              .reduce((one, next) -> next)
              .orElseThrow()
              .value(),
          RelayCursor.class);
      assertThat(newest.event()).isEqualTo(id + 1);
    }
  }
}
