package dev.talaria.board.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.board.BoardStoreException;
import dev.talaria.board.order.OrderBook.Known;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.message.StandingOrder;
import dev.talaria.protocol.message.StandingOrder.Act;
import dev.talaria.protocol.message.StandingOrder.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The orders of a host: what wins, what the fleet is told, and how they lie on the disk. */
class OrderBookTest {
  private static final LauncherKey LAUNCHER = LauncherKey.parse("alpha/launcher/main");
  private static final BoardKey BOARD = BoardKey.parse("alpha/default");
  private static final Lane CODER = Lane.of("coder");

  @TempDir
  Path directory;

  private static StandingOrder pause(Scope scope, @Nullable String target, long since) {
    return new StandingOrder(Act.PAUSE, scope, target, "anna", "why", since, null);
  }

  private static final StandingOrder ALL = pause(Scope.ALL, null, 10);

  @Test
  void shouldTellTheFleetWhatIsGivenAndTakenBackHere() {
    OrderBook given = OrderBook.EMPTY.give(ALL, false);
    assertThat(given.untold()).containsExactly(ALL);
    OrderBook told = given.told(ALL);
    assertThat(told.untold()).isEmpty();
    OrderBook lifted = told.lift(ALL.key(), 20);
    assertThat(lifted.orders()).isEmpty();
    assertThat(lifted.lifts()).containsExactly(new OrderBook.Lift("pause/all", 20));
    assertThat(lifted.told(lifted.lifts().get(0)).isEmpty()).isTrue();
  }

  @Test
  void shouldKeepAnOrderForThisHostToThisHost() {
    OrderBook given = OrderBook.EMPTY.give(ALL, true);
    assertThat(given.untold()).isEmpty();
    assertThat(given.heardLift(ALL.key())).isEqualTo(given);
    assertThat(given.heardAll(Set.of())).isEqualTo(given);
    assertThat(given.lift(ALL.key(), 20).isEmpty()).isTrue();
  }

  @Test
  void shouldNotTakeUpAgainWhatWasTakenBackHereLater() {
    OrderBook lifted = OrderBook.EMPTY.heard(ALL).lift(ALL.key(), 20);
    assertThat(lifted.heard(ALL)).as("the topic still has it").isEqualTo(lifted);
    StandingOrder again = pause(Scope.ALL, null, 30);
    assertThat(lifted.heard(again).orders())
        .containsExactly(new OrderBook.Entry(again, Known.FLEET));
  }

  @Test
  void shouldForgetWhatTheFleetTookBackWhileNobodyReadHere() {
    StandingOrder lane = pause(Scope.LANE, "coder", 10);
    OrderBook book = OrderBook.EMPTY.heard(ALL).heard(lane);
    assertThat(book.heardAll(Set.of(lane.key())).orders())
        .extracting(OrderBook.Entry::order)
        .containsExactly(lane);
    OrderBook untold = OrderBook.EMPTY.give(ALL, false);
    assertThat(untold.heardAll(Set.of())).as("nobody was told of it yet").isEqualTo(untold);
    assertThat(untold.heardLift(ALL.key())).isEqualTo(untold);
  }

  @Test
  void shouldCoverWhatAnOrderIsAbout() {
    Lane other = Lane.of("writer");
    assertThat(new HostOrders(List.of(pause(Scope.LANE, "coder", 1)))).satisfies(orders -> {
      assertThat(orders.against(LAUNCHER, BOARD, CODER)).isPresent();
      assertThat(orders.against(LAUNCHER, BOARD, other)).isEmpty();
      assertThat(orders.against(LAUNCHER)).isEmpty();
    });
    assertThat(new HostOrders(List.of(pause(Scope.BOARD, "alpha/side", 1)))).satisfies(orders -> {
      assertThat(orders.against(LAUNCHER, BOARD, CODER)).isEmpty();
      assertThat(orders.concerning(BOARD)).isEmpty();
      assertThat(orders.concerning(BoardKey.parse("alpha/side"))).hasSize(1);
    });
    for (StandingOrder whole : List.of(
        ALL, pause(Scope.HOST, "alpha", 1), pause(Scope.LAUNCHER, "alpha/launcher/main", 1))) {
      assertThat(new HostOrders(List.of(whole)).against(LAUNCHER)).contains(whole);
      assertThat(new HostOrders(List.of(whole)).against(LAUNCHER, BOARD, other)).contains(whole);
    }
  }

  @Test
  void shouldKeepOrdersOnTheDisk() {
    var file = new OrderFile(directory.resolve("talaria"));
    assertThat(file.current()).isEqualTo(HostOrders.NONE);
    assertThat(file.hasChanged()).isFalse();

    var other = new OrderFile(directory.resolve("talaria"));
    OrderBook written = other.change(book -> book.give(ALL, false).lift("pause/lane/x", 3));

    assertThat(file.hasChanged()).isTrue();
    assertThat(file.current().orders()).containsExactly(ALL);
    assertThat(file.read()).isEqualTo(written);
    other.change(book -> OrderBook.EMPTY);
    assertThat(file.path()).doesNotExist();
    assertThat(file.current()).isEqualTo(HostOrders.NONE);
  }

  @Test
  void shouldLoseNoOrderWhenManyAreGivenAtOnce() {
    Path talaria = directory.resolve("talaria");
    CompletableFuture<?>[] givers = IntStream.range(0, 8)
        .mapToObj(i -> CompletableFuture.runAsync(() -> new OrderFile(talaria)
            .change(book -> book.give(pause(Scope.LANE, "lane" + i, i), false))))
        .toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(givers).join();
    assertThat(new OrderFile(talaria).read().orders()).hasSize(8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "null",
        "[]",
        "{\"orders\": 7}",
        "{\"orders\": [{\"order\": {}}], \"lifts\": []}"
      })
  void shouldPauseEverythingWhenTheFileCannotBeRead(String content) throws IOException {
    var file = new OrderFile(directory);
    Files.writeString(file.path(), content);
    assertThat(file.current().against(LAUNCHER, BOARD, CODER).orElseThrow().words())
        .contains("everything is paused by talaria", file.path().toString(), "remove it");
    assertThatThrownBy(() -> file.change(book -> OrderBook.EMPTY))
        .isInstanceOf(BoardStoreException.class)
        .hasMessageContaining("cannot be read");
    assertThat(file.path()).hasContent(content);
  }
}
