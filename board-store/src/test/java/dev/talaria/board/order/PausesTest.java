package dev.talaria.board.order;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.BoardTest;
import dev.talaria.board.dispatch.GrantClaims;
import dev.talaria.board.dispatch.GrantClaims.Claimant;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.transition.ClaimResult;
import dev.talaria.board.transition.Claims;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.message.StandingOrder;
import dev.talaria.protocol.message.StandingOrder.Act;
import dev.talaria.protocol.message.StandingOrder.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Orders in a board's table, and what they keep from being claimed. */
class PausesTest extends BoardTest {
  private static final BoardKey BOARD = BoardKey.parse("alpha/default");
  private static final List<String> HOSTS = List.of("alpha", "beta");
  private static final List<String> LANES = List.of("coder", "writer");

  private static StandingOrder order(Act act, Scope scope, String target) {
    return new StandingOrder(act, scope, target, "anna", null, 5, null);
  }

  private ClaimResult grant(String id, LauncherKey launcher) {
    var claimant = new Claimant(launcher.toString(), 1, "i", "x:1", 60);
    return fixture.board.write(tx -> GrantClaims.claim(tx, id, claimant, 1_000));
  }

  @Test
  void shouldLetAPersonClaimWhatIsPausedForWorkers() {
    fixture.did(tx -> Pauses.replace(tx, List.of(order(Act.PAUSE, Scope.ALL, null)), "anna"));
    String id = fixture.ready("t");
    assertThat(grant(id, LauncherKey.parse("alpha/launcher/main")))
        .isInstanceOf(ClaimResult.Lost.class);
    assertThat(fixture.board.<ClaimResult>write(tx -> GrantClaims.claimHere(tx, id, "h:1", 60, 24)))
        .isInstanceOf(ClaimResult.Lost.class);
    assertThat(fixture.board.<ClaimResult>write(tx -> Claims.claim(tx, id, "h:1", 60)))
        .isInstanceOf(ClaimResult.Granted.class);
  }

  @Test
  void shouldNoteWhenOrdersBeganAndEnded() {
    StandingOrder lane = order(Act.PAUSE, Scope.LANE, "coder");
    assertThat(fixture.did(tx -> Pauses.replace(tx, List.of(lane), "x"))).isTrue();
    assertThat(fixture.did(tx -> Pauses.replace(tx, List.of(lane), "x"))).isFalse();
    fixture.pass(60);
    assertThat(fixture.did(tx -> Pauses.replace(tx, List.of(), "bert"))).isTrue();
    List<String> notes = fixture.board.read(tx -> tx.list(
        "SELECT at, what, scope, target, by FROM talaria_pause_notes ORDER BY id",
        row -> "%d %s %s %s by %s"
            .formatted(
                row.number("at"),
                row.text("what"),
                row.text("scope"),
                row.text("target"),
                row.text("by"))));
    assertThat(notes)
        .containsExactly(
            "%d given lane coder by anna".formatted(fixture.now() - 60),
            "%d taken back lane coder by bert".formatted(fixture.now()));
  }

  /** Any order of pauses, drains, resumptions and grants: no run is opened while an order covers it. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldOpenNoRunThatAnOrderCovers(long seed) {
    var random = new Random(seed);
    Map<String, StandingOrder> inForce = new LinkedHashMap<>();
    int granted = 0;
    int refused = 0;
    for (int step = 0; step < 400; step++) {
      String what = "seed %d, step %d, in force %s".formatted(seed, step, inForce.keySet());
      if (random.nextInt(3) == 0) {
        change(inForce, random);
        List<StandingOrder> orders =
            new HostOrders(new ArrayList<>(inForce.values())).concerning(BOARD);
        fixture.did(tx -> Pauses.replace(tx, orders, "bert"));
        assertThat(fixture.board.read(Pauses::all))
            .as(what)
            .containsExactlyInAnyOrderElementsOf(orders);
        continue;
      }
      String lane = one(LANES, random);
      var launcher = new LauncherKey(one(HOSTS, random), random.nextBoolean() ? "main" : "gpu");
      String id = fixture.create(NewTask.titled("t").withAssignee(lane));
      boolean covered = inForce.values().stream()
          .anyMatch(order -> order.covers(launcher, BOARD, new Lane(lane)));
      boolean won = grant(id, launcher) instanceof ClaimResult.Granted;
      assertThat(won).as("%s: %s to %s", what, lane, launcher).isEqualTo(!covered);
      assertThat(fixture
              .board
              .read(tx -> Pauses.covering(tx, lane, launcher.host(), launcher.toString()))
              .isPresent())
          .as("%s: the reason for %s at %s", what, lane, launcher)
          .isEqualTo(covered);
      granted += won ? 1 : 0;
      refused += won ? 0 : 1;
    }
    assertThat(granted).as("some were granted").isPositive();
    assertThat(refused).as("some were refused").isPositive();
  }

  private static void change(Map<String, StandingOrder> inForce, Random random) {
    if (!inForce.isEmpty() && random.nextInt(5) < 3) {
      inForce.remove(one(List.copyOf(inForce.keySet()), random));
      return;
    }
    Act act = random.nextBoolean() ? Act.PAUSE : Act.DRAIN;
    StandingOrder given = switch (Scope.values()[random.nextInt(Scope.values().length)]) {
      case ALL -> order(act, Scope.ALL, null);
      case HOST -> order(act, Scope.HOST, one(HOSTS, random));
      case LAUNCHER -> order(act, Scope.LAUNCHER, one(HOSTS, random) + "/launcher/main");
      case BOARD -> order(act, Scope.BOARD, random.nextBoolean() ? BOARD.toString() : "alpha/side");
      case LANE -> order(act, Scope.LANE, one(LANES, random));
    };
    inForce.put(given.key(), given);
  }

  private static <T> T one(List<T> choices, Random random) {
    return choices.get(random.nextInt(choices.size()));
  }
}
