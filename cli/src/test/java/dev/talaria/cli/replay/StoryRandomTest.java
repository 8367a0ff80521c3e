package dev.talaria.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.dispatch.Holds;
import dev.talaria.board.task.Comments;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.transition.Blocks;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import dev.talaria.board.transition.Reclaims;
import dev.talaria.board.transition.Recompute;
import dev.talaria.board.transition.Termination;
import dev.talaria.cli.replay.story.Attempt;
import dev.talaria.cli.replay.story.Story;
import dev.talaria.cli.replay.story.StoryTeller;
import dev.talaria.cli.replay.trail.TaskTrail;
import dev.talaria.cli.replay.whatif.WhatIf;
import dev.talaria.cli.replay.whatif.WhatIfTold;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.policy.Backoff;
import dev.talaria.protocol.policy.Circumstances;
import dev.talaria.protocol.policy.FailureClass;
import dev.talaria.protocol.policy.Ladder;
import dev.talaria.protocol.policy.LimitSource;
import dev.talaria.protocol.policy.RetryPolicy;
import dev.talaria.service.config.PolicyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever happens to a task, its story is that of the board, and its own policy never parts from what happened. */
class StoryRandomTest {
  private static final int STEPS = 40;
  private static final RetryPolicy POLICY = new RetryPolicy(
      3,
      LimitSource.BOARD,
      new Ladder(Map.of("", "sonnet", "sonnet", "opus")),
      false,
      new Backoff(5, 2, 60),
      RetryPolicy.SilentExit.BLOCK,
      RetryPolicy.RateLimit.DEFAULT,
      10,
      new RetryPolicy.Systemic(0, 300));

  @TempDir
  Path directory;

  static LongStream seeds() {
    String replayed = System.getProperty("talaria.seed");
    return replayed == null ? new Random().longs(12) : LongStream.of(Long.parseLong(replayed));
  }

  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void shouldTellWhatTheBoardHas(long seed) throws IOException {
    var random = new Random(seed);
    Path file = Files.writeString(directory.resolve("p.yaml"), "policy: {failure_limit: 3}\n");
    var same = new OtherPolicies(PolicyFile.read(file));
    List<String> steps = new ArrayList<>();
    try (var board = new RealBoard(directory, POLICY)) {
      String task = board.create("Random", random.nextBoolean() ? null : 2L);
      for (int step = 0; step < STEPS; step++) {
        steps.add(step(board, task, random));
        board.later(1 + random.nextInt(100));
        check(board, task, board.trail(task), same, steps);
      }
      List<Transition> twice = new ArrayList<>(board.transitions(task));
      twice.addAll(board.transitions(task, 2, true));
      Collections.shuffle(twice, random);
      check(board, task, board.trailOf(task, twice), same, steps);
    }
  }

  private static String step(RealBoard board, String id, Random random) {
    Task task = board.board.read(tx -> Tasks.find(tx, id).orElseThrow());
    boolean held = board.board.read(
        tx -> Holds.get(tx, id).filter(Holds.Hold::awaitsDecision).isPresent());
    int dice = random.nextInt(20);
    if (dice == 0) {
      board.write(tx -> Comments.add(tx, id, "ann", "look"));
      return "comment";
    }
    if (held) {
      if (dice < 3) {
        board.write(tx -> Blocks.unblock(tx, id));
        return "unblock a held one";
      }
      board.decide(id);
      return "decide";
    }
    return switch (task.status()) {
      case "ready" -> {
        board.claim(id);
        yield "claim";
      }
      case "running" -> end(board, id, task.currentRunId(), dice, random);
      case "blocked" -> {
        board.write(tx -> Blocks.unblock(tx, id));
        yield "unblock";
      }
      default -> "nothing, it is " + task.status();
    };
  }

  private static String end(RealBoard board, String id, long run, int dice, Random random) {
    long seconds = random.nextInt(50);
    switch (dice) {
      case 1 ->
        board.write(tx -> Reclaims.reclaim(tx, id, "too slow", Termination.none(null, false)));
      case 2 -> board.write(tx -> Blocks.block(tx, id, "needs a person", run));
      case 3 ->
        board.fail(id, run, seconds, "protocol_violation", FailureClass.PROTOCOL, null, "bye");
      case 4 -> board.fail(id, run, seconds, "rate_limited", FailureClass.PROVIDER, null, "429");
      case 5 -> board.fail(id, run, seconds, "spawn_failed", FailureClass.INFRA, null, null);
      case 6 -> board.fail(id, run, seconds, "reclaimed", FailureClass.LOST, null, null);
      case 7 -> {
        if (random.nextInt(4) == 0) {
          board.write(tx -> new Completions(new Recompute(1))
              .complete(tx, id, Completion.empty().withSummary("done").withRun(run)));
        }
      }
      default -> board.fail(id, run, seconds, "crashed", FailureClass.TASK, "haiku", "boom 17");
    }
    return "end " + dice;
  }

  private static void check(
      RealBoard board, String id, TaskTrail trail, OtherPolicies same, List<String> steps) {
    Story story = StoryTeller.tell(trail, board.wire);
    Task task = board.board.read(tx -> Tasks.find(tx, id).orElseThrow());
    List<Run> runs = board.board.read(tx -> Tasks.runs(tx, id));

    assertThat(story.attempts().stream().map(Attempt::run))
        .as("runs after %s", steps)
        .containsExactlyElementsOf(runs.stream().map(Run::id).toList());
    for (int i = 0; i < runs.size(); i++) {
      Run run = runs.get(i);
      Attempt attempt = story.attempts().get(i);
      assertThat(attempt.startedAt()).isEqualTo(run.startedAt());
      assertThat(attempt.ending() == null)
          .as("open after %s", steps)
          .isEqualTo(run.endedAt() == null);
      if (attempt.ending() != null) {
        assertThat(attempt.ending().at()).isEqualTo(run.endedAt());
        assertThat(attempt.decisions().size()).as("decisions after %s", steps).isLessThan(2);
      }
    }
    assertThat(story.standing().status()).as("status after %s", steps).isEqualTo(task.status());
    assertThat(story.standing().model()).isEqualTo(task.modelOverride());
    int events = board.transitions(id).size();
    assertThat(trail.events()).hasSize(events);
    WhatIfTold told = WhatIf.judge(trail, story, same, end -> Circumstances.NONE, board.wire);
    assertThat(told.parting()).as("its own policy after %s", steps).isNull();
  }
}
