package dev.talaria.board.transition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.talaria.board.BoardTest;
import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.Tx;
import dev.talaria.board.event.Events;
import dev.talaria.board.schema.BoardFacts;
import dev.talaria.board.task.Links;
import dev.talaria.board.task.NewTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Looking only at what changed lets the same tasks go as looking at all of them. */
class CatchUpTest extends BoardTest {
  private static final int STEPS = 120;
  private static final int NEVER_FEW = -1;

  private CatchUp catchUp(int slice, int few) {
    return new CatchUp(fixture.recompute, slice, few);
  }

  static LongStream seeds() {
    Long chosen = Long.getLong("talaria.seed");
    return chosen != null ? LongStream.of(chosen) : new Random().longs(6);
  }

  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void shouldLetGoWhatAFullRecomputeWouldLetGo(long seed) {
    var random = new Random(seed);
    int slice = 1 + random.nextInt(7);
    List<String> ids = new ArrayList<>();
    List<String> steps = new ArrayList<>();
    catchUp(slice, NEVER_FEW).everything(fixture.board);
    for (int i = 0; i < STEPS; i++) {
      steps.add(act(random, ids));
      if (random.nextInt(4) == 0) {
        TreeMap<String, String> expected = afterFullRecompute();
        catchUp(slice, NEVER_FEW).changes(fixture.board);
        assertThat(fixture.board.<TreeMap<String, String>>read(CatchUpTest::statuses))
            .as("seed %d, slice %d, after %s", seed, slice, steps)
            .isEqualTo(expected);
      }
    }
    assertThat(fixture.board.<Optional<String>>read(
            tx -> BoardFacts.get(tx, BoardFacts.RECOMPUTED_TO)))
        .as("it has not looked at everything each time")
        .isPresent();
  }

  /** Ours and hermes's doings; hermes's without the recompute that follows in a transaction of its own. */
  private String act(Random random, List<String> ids) {
    if (ids.size() < 4 || random.nextInt(4) == 0) {
      List<String> parents = random
          .ints(random.nextInt(3), 0, Math.max(1, ids.size()))
          .filter(i -> i < ids.size())
          .mapToObj(ids::get)
          .distinct()
          .toList();
      ids.add(fixture.create(NewTask.titled("t").withAssignee("coder").withParents(parents)));
      return "create " + parents;
    }
    String id = ids.get(random.nextInt(ids.size()));
    String other = ids.get(random.nextInt(ids.size()));
    int kind = random.nextInt(10);
    switch (kind) {
      case 0 ->
        fixture.did(tx -> new Completions(fixture.recompute)
            .complete(tx, id, Completion.empty())
            .completed());
      case 1, 2 -> raw(id, "done", "completed");
      case 3 -> raw(id, "archived", "archived");
      case 4 -> fixture.did(tx -> Blocks.block(tx, id, "r", null));
      case 5 -> fixture.did(tx -> Blocks.unblock(tx, id));
      case 6 -> raw(id, "blocked", "gave_up");
      case 7 -> linkUnlessRefused(id, other);
      case 8 -> rawUnlink(id);
      default -> raw(id, "todo", "status");
    }
    return kind + " " + id + " " + other;
  }

  private void raw(String id, String status, String kind) {
    fixture.board.change(tx -> {
      tx.update(
          "UPDATE tasks SET status = ?, current_run_id = NULL, claim_lock = NULL WHERE id = ?",
          status,
          id);
      Events.append(tx, id, null, kind, null);
    });
  }

  private void linkUnlessRefused(String parent, String child) {
    try {
      fixture.board.change(tx -> new Links(fixture.recompute).link(tx, parent, child));
    } catch (InvalidRequestException e) {
      // a cycle: nothing changed
    }
  }

  private void rawUnlink(String child) {
    fixture.board.change(tx -> {
      tx.update("DELETE FROM task_links WHERE child_id = ?", child);
      Events.append(tx, child, null, "unlinked", null);
    });
  }

  private TreeMap<String, String> afterFullRecompute() {
    var expected = new TreeMap<String, String>();
    Throwable undone = catchThrowable(() -> fixture.board.change(tx -> {
      fixture.recompute.recompute(tx);
      expected.putAll(statuses(tx));
      throw new IllegalStateException("undo");
    }));
    assertThat(undone).hasMessage("undo");
    return expected;
  }

  private static TreeMap<String, String> statuses(Tx tx) {
    var statuses = new TreeMap<String, String>();
    tx.each(
        "SELECT id, status FROM tasks",
        row -> statuses.put(row.requireText("id"), row.requireText("status")) == null);
    return statuses;
  }

  @Test
  void shouldLookAtEverythingWhileFewTasksWait() {
    String parent = fixture.ready("parent");
    String child = fixture.childOf(parent);
    catchUp(1, 5).everything(fixture.board);
    withoutATrace(parent);
    assertThat(catchUp(1, 0).changes(fixture.board)).as("no event speaks of it").isZero();
    assertThat(catchUp(1, 5).changes(fixture.board)).isEqualTo(1);
    assertThat(fixture.status(child)).isEqualTo("ready");
  }

  @Test
  void shouldFindInFullWhatLeftNoTrace() {
    String parent = fixture.ready("parent");
    String child = fixture.childOf(parent);
    catchUp(1, 0).everything(fixture.board);
    withoutATrace(parent);
    assertThat(catchUp(1, 0).everything(fixture.board)).isEqualTo(1);
    assertThat(fixture.status(child)).isEqualTo("ready");
  }

  @Test
  void shouldWriteNothingWhenNothingIsToBeLetGo() {
    String parent = fixture.ready("parent");
    fixture.childOf(parent);
    String sticky = fixture.ready("sticky");
    fixture.did(tx -> Blocks.block(tx, sticky, "a person's", null));
    new CatchUp(fixture.recompute).everything(fixture.board);
    long changes = totalChanges();
    assertThat(new CatchUp(fixture.recompute).changes(fixture.board)).isZero();
    assertThat(totalChanges()).isEqualTo(changes);
  }

  private long totalChanges() {
    return fixture.board.<Long>read(tx -> tx.number("SELECT total_changes() AS n"));
  }

  private void withoutATrace(String parent) {
    fixture.board.change(tx -> tx.update("DELETE FROM tasks WHERE id = ?", parent));
  }
}
