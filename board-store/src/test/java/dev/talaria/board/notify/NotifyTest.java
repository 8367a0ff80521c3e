package dev.talaria.board.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.board.Board;
import dev.talaria.board.BoardTest;
import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.transition.Archives;
import dev.talaria.board.transition.Blocks;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NotifyTest extends BoardTest {
  private SubscriptionKey subscribed(String task) {
    SubscriptionKey key = SubscriptionKey.of(task, "telegram", "42", null);
    fixture.did(tx -> Subscriptions.add(tx, key, "u1", null));
    return key;
  }

  private void complete(String task) {
    fixture.board.write(
        tx -> new Completions(fixture.recompute).complete(tx, task, Completion.empty()));
  }

  private List<Subscription> listed(@Nullable String task) {
    return fixture.board.read(tx -> Subscriptions.list(tx, task));
  }

  private EventClaim claim(SubscriptionKey key) {
    return fixture.board.write(tx -> Cursors.claim(tx, key, Kinds.TOLD));
  }

  private long cursor(SubscriptionKey key) {
    return fixture.board.read(tx -> Subscriptions.find(tx, key)).orElseThrow().lastEventId();
  }

  @Test
  void shouldTellOnlyWhatHappensAfterTheSubscription() {
    String task = fixture.ready("t");
    fixture.did(tx -> Blocks.block(tx, task, "wait", null));
    SubscriptionKey key = subscribed(task);
    assertThat(claim(key).events()).as("history is not told").isEmpty();
    fixture.did(tx -> Blocks.unblock(tx, task));
    complete(task);

    EventClaim claim = claim(key);

    assertThat(claim.events()).extracting(EventRow::kind).containsExactly("completed");
    assertThat(claim.after()).isEqualTo(claim.events().get(0).id());
    assertThat(claim(key)).isEqualTo(EventClaim.nothing(claim.after()));
  }

  @Test
  void shouldStoreNoThreadAsEmptyAndKeepWhatIsThere() {
    String task = fixture.ready("t");
    SubscriptionKey key = subscribed(task);
    long cursor = cursor(key);
    fixture.ready("more events");

    assertThat(key.threadId()).isEmpty();
    assertThat(fixture.did(tx -> Subscriptions.add(tx, key, "u2", " gate "))).isFalse();
    assertThat(fixture.did(tx -> Subscriptions.add(tx, key, null, "other"))).isFalse();

    Subscription kept = fixture.board.read(tx -> Subscriptions.find(tx, key)).orElseThrow();
    assertThat(kept.userId()).isEqualTo("u1");
    assertThat(kept.notifierProfile()).as("only an empty owner is filled").isEqualTo("gate");
    assertThat(kept.lastEventId()).isEqualTo(cursor);
  }

  @Test
  void shouldListAndRemoveExactly() {
    String task = fixture.ready("t");
    SubscriptionKey key = subscribed(task);
    SubscriptionKey thread = SubscriptionKey.of(task, "telegram", "42", "7");
    fixture.did(tx -> Subscriptions.add(tx, thread, null, null));
    subscribed(fixture.ready("other"));

    assertThat(listed(null)).hasSize(3);
    assertThat(fixture.did(tx -> Subscriptions.remove(tx, thread))).isTrue();
    assertThat(fixture.did(tx -> Subscriptions.remove(tx, thread))).isFalse();
    assertThat(listed(task)).extracting(Subscription::key).containsExactly(key);
  }

  @ParameterizedTest
  @CsvSource({"'  ',telegram,42", "t_1,'',42", "t_1,telegram,'\u00a0'"})
  void shouldRefuseABlankKey(String task, String platform, String chat) {
    assertThatThrownBy(() -> SubscriptionKey.of(task, platform, chat, null))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("is blank");
  }

  @Test
  void shouldSayNothingWithoutASubscription() {
    SubscriptionKey key = SubscriptionKey.of("t_none", "telegram", "42", null);

    assertThat(claim(key)).isEqualTo(EventClaim.nothing(0));
    assertThat(fixture.did(tx -> Cursors.advance(tx, key, 7))).isFalse();
  }

  @Test
  void shouldGiveBackWhatWasNotTold() {
    String task = fixture.ready("t");
    SubscriptionKey key = subscribed(task);
    fixture.did(tx -> Blocks.block(tx, task, "one", null));
    fixture.did(tx -> Blocks.unblock(tx, task));
    complete(task);
    EventClaim claim = claim(key);
    assertThat(claim.events()).extracting(EventRow::kind).containsExactly("blocked", "completed");

    boolean back =
        fixture.did(tx -> Cursors.giveBack(tx, key, claim, claim.events().get(0).id()));

    assertThat(back).isTrue();
    assertThat(claim(key).events()).extracting(EventRow::kind).containsExactly("completed");
    assertThat(fixture.did(tx -> Cursors.rewind(tx, key, claim)))
        .as("the cursor is where this claim left it again")
        .isTrue();
    fixture.did(tx -> Cursors.advance(tx, key, claim.after() + 5));
    assertThat(fixture.did(tx -> Cursors.rewind(tx, key, claim)))
        .as("someone went on")
        .isFalse();
    assertThat(cursor(key)).isEqualTo(claim.after() + 5);
  }

  @Test
  void shouldGiveTheEventsToOneOfTwoConnections() throws Exception {
    String task = fixture.ready("t");
    SubscriptionKey key = subscribed(task);
    var together = new CyclicBarrier(2);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (Board other = Board.open(fixture.board.path(), fixture.board.options())) {
      for (int round = 0; round < 20; round++) {
        fixture.did(tx -> Blocks.block(tx, task, "again", null));
        Future<Integer> first = threads.submit(() -> claimedAtOnce(together, fixture.board, key));
        Future<Integer> second = threads.submit(() -> claimedAtOnce(together, other, key));
        assertThat(first.get() + second.get()).as("round %d", round).isEqualTo(1);
        fixture.did(tx -> Blocks.unblock(tx, task));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static int claimedAtOnce(CyclicBarrier together, Board board, SubscriptionKey key)
      throws Exception {
    together.await();
    return board.write(tx -> Cursors.claim(tx, key, Kinds.TOLD)).events().size();
  }

  @Test
  void shouldSweepEndedTasksOnceAllIsTold() {
    String open = fixture.ready("open");
    String done = fixture.ready("done");
    String archived = fixture.ready("archived");
    SubscriptionKey ofOpen = subscribed(open);
    SubscriptionKey ofDone = subscribed(done);
    subscribed(archived);
    fixture.did(tx ->
        Subscriptions.add(tx, SubscriptionKey.of("t_gone", "telegram", "42", null), null, null));
    complete(done);
    fixture.did(tx -> new Archives(fixture.recompute).archive(tx, archived));

    var sweep = new SubscriptionSweep(0);
    assertThat(fixture.counted(sweep::look)).isEqualTo(2);
    assertThat(listed(null))
        .as("the completion is not told yet")
        .extracting(Subscription::key)
        .containsExactlyInAnyOrder(ofOpen, ofDone);
    claim(ofDone);
    assertThat(fixture.counted(sweep::look)).isEqualTo(1);
    assertThat(fixture.counted(sweep::look)).isZero();
  }

  @Test
  void shouldSweepNothingThatMayStillBeGivenBack() {
    String done = fixture.ready("done");
    SubscriptionKey key = subscribed(done);
    complete(done);
    var sweep = new SubscriptionSweep(2);

    EventClaim underWay = claim(key);
    assertThat(fixture.counted(sweep::look)).isZero();
    assertThat(fixture.counted(sweep::look)).isZero();
    assertThat(fixture.did(tx -> Cursors.rewind(tx, key, underWay))).isTrue();
    assertThat(fixture.counted(sweep::look)).as("not told after all").isZero();

    claim(key);
    assertThat(fixture.counted(sweep::look)).as("counted anew").isZero();
    assertThat(fixture.counted(sweep::look)).isZero();
    assertThat(fixture.counted(sweep::look)).isEqualTo(1);
  }

  @Test
  void shouldLookOnlyAtTheTasksEvents() {
    List<String> steps = fixture.board.read(tx -> tx.list(
        "EXPLAIN QUERY PLAN " + Cursors.UNSEEN,
        row -> String.valueOf(row.text("detail")),
        "t",
        1,
        null,
        null));

    assertThat(String.join(" ", steps))
        .contains("idx_events_task")
        .doesNotContain("SCAN task_events");
  }
}
