package dev.talaria.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.transition.Blocks;
import dev.talaria.cli.replay.story.StoryTeller;
import dev.talaria.cli.replay.then.BoardThen;
import dev.talaria.cli.replay.then.BoardThen.TaskThen;
import dev.talaria.cli.replay.trail.TrailBuilder;
import dev.talaria.protocol.id.TaskKey;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.policy.RetryPolicy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A board, and a task, as they stood at a moment. */
class BoardThenTest {
  @TempDir
  Path directory;

  private RealBoard board;

  @BeforeEach
  void open() {
    board = new RealBoard(directory, RetryPolicy.DEFAULT);
  }

  @AfterEach
  void close() {
    board.close();
  }

  private long now() {
    return board.clock.instant().getEpochSecond();
  }

  private BoardThen then(List<Transition> events, long asOf) {
    var builder = new BoardThen.Builder(RealBoard.KEY, asOf);
    events.forEach(it -> builder.add(it, (it.isBackfill() ? now() : it.at()) * 1_000));
    return builder.build();
  }

  @Test
  void shouldShowEachTaskAsItStood() {
    String task = board.create("Read the torn ledger", null);
    String later = board.later(10).create("Came later", null);
    long created = now();
    board.later(10);
    long run = board.claim(task);
    long running = now();
    board.fail(task, run, 42, "x");
    board.later(1);
    board.decide(task);
    board.later(5);
    board.crash(task, "x");
    long end = now();
    List<Transition> events = new ArrayList<>(board.transitions(task));
    events.addAll(board.transitions(later));

    assertThat(then(events, created - 5).tasks()).extracting(TaskThen::id).containsExactly(task);
    assertThat(then(events, created).byStatus()).containsOnlyKeys("ready");
    assertThat(then(events, running).byStatus())
        .containsEntry("running", 1)
        .containsEntry("ready", 1);
    BoardThen last = then(events, end);
    assertThat(last.byStatus()).containsEntry("blocked", 1).containsEntry("ready", 1);
    assertThat(last.tasks())
        .filteredOn(it -> it.id().equals(task))
        .singleElement()
        .satisfies(it -> {
          assertThat(it.title()).isEqualTo("Read the torn ledger");
          assertThat(it.assignee()).isEqualTo("coder");
          assertThat(it.attempts()).isEqualTo(2);
        });
    assertThat(then(events, 1).tasks()).isEmpty();
  }

  @Test
  void shouldShowThePastFromHistoryThatWasPublishedAnew() {
    String task = board.create("Read the torn ledger", null);
    board.later(10);
    board.claim(task);
    long running = now();
    board.later(100);
    board.write(tx -> Blocks.block(tx, task, "no", null));
    board.later(100);

    BoardThen then = then(board.transitions(task, 2, true), running);

    assertThat(then.tasks().get(0).status())
        .as("its image shows how it stands now, not how it stood")
        .isEqualTo("running");
  }

  @Test
  void shouldShowTheLifeThatWasInForceThen() {
    String task = board.create("In both lives", null);
    board.later(10);
    List<Transition> restored = board.transitions(task, 2, true);
    String lost = board.create("Only in the former", null);
    board.later(10);
    List<Transition> events = new ArrayList<>(board.transitions(task));
    events.addAll(board.transitions(lost));
    long before = now();
    board.later(1_000); // then the older copy of the file is put back, and published
    events.addAll(restored);

    assertThat(then(events, before).tasks()).hasSize(2);
    assertThat(then(events, before).lineage()).isEqualTo(1);
    assertThat(then(events, now()).tasks()).extracting(TaskThen::id).containsExactly(task);
    assertThat(then(events, now()).lineage()).isEqualTo(2);
  }

  @Test
  void shouldTellATasksStoryUpToAMoment() {
    String task = board.create("Read the torn ledger", null);
    board.crash(task, "x");
    long between = now();
    board.later(1).crash(task, "x");

    var builder = new TrailBuilder(new TaskKey(RealBoard.KEY, task), between);
    board.transitions(task).forEach(it -> builder.add(it, it.at() * 1_000));
    var story = StoryTeller.tell(builder.build(0).orElseThrow(), board.wire);

    assertThat(story.attempts()).hasSize(1);
    assertThat(story.standing().status()).isEqualTo("ready");
    assertThat(story.standing().words()).isEqualTo("ready: attempt 2 is to come");
  }
}
