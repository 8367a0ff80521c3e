package dev.talaria.dispatcher.grant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.TaskIds;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Skills;
import dev.talaria.board.task.TaskCreation;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import dev.talaria.board.transition.Recompute;
import dev.talaria.dispatcher.apply.Turn;
import dev.talaria.dispatcher.grant.SlotLedger.DirectLauncher;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.Reply.Grant;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Boards of a host that share its launcher's slots: none keeps them for itself while another waits. */
class SharedSlotsTest {
  private static final Lane LANE = new Lane("coder");
  private static final int SLOTS = 4;
  private static final long MILLI = 1_000_000L;

  @TempDir
  Path directory;

  private final SlotLedger ledger = new SlotLedger(
      new DirectLauncher(new LauncherKey("h0", "main"), 1, "i", SLOTS, Map.of(LANE, SLOTS)));
  private final List<Player> players = new ArrayList<>();
  private final Deque<Player> woken = new ArrayDeque<>();
  private long now;

  /** A board and what its owner's thread does in a turn. */
  private final class Player {
    private final BoardKey key;
    private final Board board;
    private final LocalGrants grants;
    private final List<RunKey> running = new ArrayList<>();
    private final List<String> tenants = new ArrayList<>();

    Player(String slug, long seed) {
      key = new BoardKey("h0", slug);
      var options = new BoardOptions(
          () -> Instant.ofEpochSecond(1_700_000_000L + now / (1_000 * MILLI)),
          TaskIds.random(new Random(seed)),
          1_000);
      board = Board.openOrCreate(directory.resolve(slug + ".db"), options);
      grants = new LocalGrants(key, ledger, TestGranting.of(key, directory), System::nanoTime);
      players.add(this);
    }

    void create(String tenant, int count) {
      var creation = new TaskCreation(Skills.hermesToolsets(), null);
      NewTask task = NewTask.titled("t").withAssignee(LANE.name()).withTenant(tenant);
      board.change(tx -> {
        for (int i = 0; i < count; i++) {
          creation.create(tx, task);
        }
      });
    }

    long ready() {
      return board.read(tx -> tx.list(
              "SELECT count(*) AS n FROM tasks WHERE status = 'ready'", row -> row.number("n"))
          .get(0));
    }

    /** As the owner does it: reserve, end what has ended, grant, settle, release, tell the others. */
    void turn(List<RunKey> ended) {
      if (ended.isEmpty() && !board.<Boolean>read(tx -> grants.canGrant(tx, now))) {
        wakeOthers(grants.passesOn());
        return;
      }
      var turn = new Turn(true);
      SlotLedger.Reservation reserved = ledger.reserve(key, Integer.MAX_VALUE, now);
      board.change(tx -> {
        var completions = new Completions(new Recompute(1));
        ended.forEach(run -> completions.complete(
            tx, run.taskId(), new Completion("done", null, null, List.of(), run.runId())));
        grants.grant(tx, turn, reserved, ended, now);
      });
      wakeOthers(ledger.settle(reserved, true));
      wakeOthers(grants.passesOn());
      ended.forEach(run -> wakeOthers(ledger.release(run)));
      running.removeAll(ended);
      turn.replies().forEach(reply -> {
        RunKey run = ((Grant) reply).run();
        running.add(run);
        tenants.add(board.<String>read(
            tx -> String.valueOf(Tasks.find(tx, run.taskId()).orElseThrow().tenant())));
      });
    }

    private void wakeOthers(boolean wake) {
      if (wake) {
        players.stream().filter(it -> it != this && !woken.contains(it)).forEach(woken::add);
      }
    }
  }

  @AfterEach
  void close() {
    players.forEach(player -> player.board.close());
  }

  private void settleDown() {
    for (int turns = 0; !woken.isEmpty(); turns++) {
      assertThat(turns).as("turns until nobody wakes anybody").isLessThan(50);
      woken.remove().turn(List.of());
    }
  }

  /** Somebody's run ends, and everything that follows from it. */
  private void step(Random random) {
    now += 50 * MILLI;
    List<RunKey> all = players.stream().flatMap(it -> it.running.stream()).toList();
    RunKey run = all.get(random.nextInt(all.size()));
    players.stream()
        .filter(it -> it.key.equals(run.board()))
        .forEach(player -> player.turn(List.of(run)));
    settleDown();
    assertThat(ledger.untaken()).as("no slot stays free while there is work").isZero();
  }

  private void everybodyLooks() {
    woken.addAll(players);
    settleDown();
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23})
  void shouldShareFreedSlotsBetweenBoardsAndTenantsHoweverMuchOneBringsIn(long seed) {
    var random = new Random(seed);
    var flooded = new Player("flooded", seed);
    flooded.create("flood", 300);
    flooded.create("calm", 60);
    everybodyLooks();
    assertThat(flooded.running).as("alone it has every slot").hasSize(SLOTS);
    var other = new Player("other", seed + 1);
    other.create("one", 60);
    other.create("two", 60);
    everybodyLooks();
    assertThat(other.running).as("nothing is taken away").isEmpty();

    for (int i = 0; flooded.running.size() > SLOTS / 2; i++) {
      assertThat(i).as("ends until both have the same").isLessThan(30);
      step(random);
    }
    players.forEach(player -> player.tenants.clear());
    for (int i = 0; i < 100; i++) {
      assertThat(flooded.running).as("after %d more ends", i).hasSize(SLOTS / 2);
      assertThat(other.running).hasSize(SLOTS / 2);
      step(random);
    }

    Map<String, Integer> grants = new HashMap<>();
    players.forEach(it -> it.tenants.forEach(tenant -> grants.merge(tenant, 1, Integer::sum)));
    grants.forEach((tenant, count) -> assertThat(count)
        .as("of 100 grants the share of '%s' in %s", tenant, grants)
        .isBetween(18, 32));
  }

  @Test
  void shouldGiveTheOthersSlotsBackToWhoHasWorkLeft() {
    var random = new Random(31);
    var flooded = new Player("flooded", 31);
    flooded.create("flood", 100);
    var other = new Player("other", 32);
    other.create("one", 3);
    everybodyLooks();

    for (int i = 0; i < 40; i++) {
      step(random);
    }

    assertThat(other.ready()).isZero();
    assertThat(other.tenants).hasSize(3);
    assertThat(flooded.running).hasSize(SLOTS);
  }

  @Test
  void shouldNotWaitForABoardThatNoLongerSaysThatItWaits() {
    var flooded = new Player("flooded", 41);
    flooded.create("flood", 100);
    var stuck = new Player("stuck", 42);
    everybodyLooks();
    ledger.waits(stuck.key, LANE, now);

    now += 1_000 * MILLI;
    flooded.turn(List.of(flooded.running.get(0)));
    assertThat(flooded.running).as("one is left to it").hasSize(SLOTS - 1);
    now += 3_000 * MILLI; // its thread is busy with something else
    flooded.turn(List.of());
    assertThat(flooded.running).hasSize(SLOTS);
  }
}
