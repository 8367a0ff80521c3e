package dev.talaria.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.dispatch.RunEnd;
import dev.talaria.board.dispatch.RunEnds;
import dev.talaria.board.task.Comments;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.transition.Blocks;
import dev.talaria.board.transition.Claims;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import dev.talaria.board.transition.Failures;
import dev.talaria.board.transition.Recompute;
import dev.talaria.cli.Terminal;
import dev.talaria.cli.replay.story.Act;
import dev.talaria.cli.replay.story.Attempt;
import dev.talaria.cli.replay.story.DecisionTold;
import dev.talaria.cli.replay.story.DecisionTold.Rule;
import dev.talaria.cli.replay.story.DecisionTold.State;
import dev.talaria.cli.replay.story.Story;
import dev.talaria.cli.replay.story.StoryTeller;
import dev.talaria.cli.replay.trail.TaskTrail;
import dev.talaria.cli.replay.trail.TrailBuilder;
import dev.talaria.cli.replay.trail.TrailReader;
import dev.talaria.protocol.id.TaskKey;
import dev.talaria.protocol.message.Decision;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.policy.Backoff;
import dev.talaria.protocol.policy.Circumstances;
import dev.talaria.protocol.policy.FailureClass;
import dev.talaria.protocol.policy.Ladder;
import dev.talaria.protocol.policy.LimitSource;
import dev.talaria.protocol.policy.PolicyEvent;
import dev.talaria.protocol.policy.PolicyFold;
import dev.talaria.protocol.policy.RetryPolicy;
import dev.talaria.protocol.policy.TaskHistory;
import dev.talaria.protocol.policy.Verdict;
import dev.talaria.protocol.policy.Verdict.Action;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stories of what a real board published. */
class StoryTellerTest {
  private static final RetryPolicy POLICY = new RetryPolicy(
      3,
      LimitSource.BOARD,
      new Ladder(Map.of("", "sonnet")),
      false,
      new Backoff(10, 2, 600),
      RetryPolicy.SilentExit.BLOCK,
      RetryPolicy.RateLimit.DEFAULT,
      10,
      RetryPolicy.Systemic.DEFAULT);
  private static final String TAIL = "reading /var/x/12\nchecksum mismatch in block 17\n";

  @TempDir
  Path directory;

  private RealBoard board;

  @BeforeEach
  void open() {
    board = new RealBoard(directory, POLICY);
  }

  @AfterEach
  void close() {
    board.close();
  }

  private Story story(TaskTrail trail) {
    return StoryTeller.tell(trail, board.wire);
  }

  private String gaveUp() {
    String task = board.create("Read the torn ledger", null);
    for (int i = 0; i < 3; i++) {
      board.crash(task, TAIL);
    }
    return task;
  }

  /** The claim lock has the machine's name, which need not be the host's id. */
  @Test
  void shouldTellTheHostOfARunThatIsUnderWayAsItsLauncherIsCalled() {
    String task = board.create("Read on", null);
    board.write(tx -> Claims.claim(tx, task, "vm-17:4100:main", 900));
    board.write(tx -> {
      Claims.setWorkerPid(tx, task, 4242, "beta/launcher/main");
      return true;
    });

    Attempt attempt = story(board.trail(task)).attempts().get(0);

    assertThat(attempt.host()).isEqualTo("beta");
    assertThat(attempt.launcher()).isEqualTo("beta/launcher/main");
    assertThat(attempt.claimedBy()).isEqualTo("vm-17:4100:main");
  }

  @Test
  void shouldTellEachAttemptItsEndAndTheRuleThatDecided() {
    String task = gaveUp();

    Story story = story(board.trail(task));

    assertThat(story.title()).isEqualTo("Read the torn ledger");
    assertThat(story.assignee()).isEqualTo("coder");
    assertThat(story.attempts()).extracting(Attempt::number).containsExactly(1, 2, 3);
    assertThat(story.attempts()).extracting(Attempt::host).containsOnly("beta");
    assertThat(story.attempts()).extracting(Attempt::launcher).containsOnly("beta/launcher/main");
    assertThat(story.attempts())
        .extracting(Attempt::modelName)
        .containsExactly("", "sonnet", "sonnet");
    assertThat(story.attempts()).allSatisfy(attempt -> {
      assertThat(attempt.ending().kind()).isEqualTo("crashed");
      assertThat(attempt.ending().failure()).isEqualTo(FailureClass.TASK);
      assertThat(attempt.ending().seconds()).isEqualTo(42);
      assertThat(attempt.ending().exitCode()).isEqualTo(1);
      assertThat(attempt.ending().fingerprint())
          .isEqualTo("crashed: checksum mismatch in block <n>");
      assertThat(attempt.ending().output()).isEqualTo(TAIL.strip());
      assertThat(attempt.ending().policy().limit()).isEqualTo(3);
      assertThat(attempt.pid()).isEqualTo(4242);
    });
    List<DecisionTold> decisions =
        story.attempts().stream().map(it -> it.decision().orElseThrow()).toList();
    assertThat(decisions)
        .extracting(DecisionTold::action)
        .containsExactly(Action.ESCALATE, Action.RETRY, Action.GIVE_UP);
    assertThat(decisions)
        .extracting(DecisionTold::rule)
        .containsExactly(Rule.LADDER, Rule.LIMIT, Rule.LIMIT);
    assertThat(decisions).extracting(DecisionTold::count).containsExactly(1, 2, 3);
    assertThat(decisions).extracting(DecisionTold::limitSource).containsOnly("board");
    assertThat(decisions).extracting(DecisionTold::by).containsOnly("dispatcher");
    assertThat(decisions.get(0).toModel()).isEqualTo("sonnet");
    assertThat(decisions.get(1).notBefore())
        .isEqualTo(story.attempts().get(1).ending().at() + 20);
    assertThat(story.gaveUp()).isTrue();
    assertThat(story.standing().status()).isEqualTo("blocked");
    assertThat(story.standing().words()).startsWith("given up after 3 attempts");
    assertThat(story.standing().history().gaveUp()).isTrue();
    assertThat(story.acts()).extracting(Act::kind).containsExactly("created");
  }

  @Test
  void shouldTellWhatOperatorsDid() {
    String task = gaveUp();
    board.write(tx -> Comments.add(tx, task, "ann", "try the other disk"));
    board.write(tx -> Blocks.unblock(tx, task));
    long run = board.claim(task);
    board.later(7);
    board.write(tx -> new Completions(new Recompute(1))
        .complete(tx, task, Completion.empty().withSummary("read it").withRun(run)));

    Story story = story(board.trail(task));

    assertThat(story.acts())
        .extracting(Act::kind)
        .containsExactly("created", "commented", "unblocked");
    assertThat(story.acts()).extracting(Act::operator).containsExactly(false, true, true);
    assertThat(story.acts().get(1).words()).contains("ann").contains("18");
    Attempt last = story.attempts().get(3);
    assertThat(last.ending().succeeded()).isTrue();
    assertThat(last.ending().seconds()).isEqualTo(7);
    assertThat(last.ending().output()).isEqualTo("read it");
    assertThat(last.decisions()).isEmpty();
    assertThat(story.standing().words()).isEqualTo("done, at attempt 4");
    assertThat(story.standing().history().failures()).isZero();
  }

  @Test
  void shouldTellWhatHermesWroteItself() {
    String task = board.create("Old habits", null);
    for (int i = 0; i < 2; i++) {
      long run = board.claim(task);
      board.later(30);
      board.write(tx -> {
        RunEnds.closeRun(
            tx,
            task,
            run,
            RunEnd.of("crashed", "crashed")
                .withError("pid 4242 not alive")
                .withPayload(BoardJson.object()
                    .put("pid", 4242)
                    .put("claimer", "oldhost:99")
                    .put("error", "pid 4242 not alive")));
        return new Failures(new Recompute(1))
            .runFailed(tx, task, "pid 4242 not alive", "crashed", null, BoardJson.object());
      });
    }

    Story story = story(board.trail(task));

    assertThat(story.attempts()).hasSize(2);
    assertThat(story.attempts()).allSatisfy(attempt -> {
      assertThat(attempt.ending().kind()).isEqualTo("crashed");
      assertThat(attempt.ending().failure()).isNull();
      assertThat(attempt.ending().policy()).isNull();
      assertThat(attempt.ending().seconds()).isEqualTo(30);
    });
    assertThat(story.attempts().get(0).decisions()).isEmpty();
    DecisionTold last = story.attempts().get(1).decision().orElseThrow();
    assertThat(last.by()).isEqualTo("hermes");
    assertThat(last.action()).isEqualTo(Action.GIVE_UP);
    assertThat(last.count()).isEqualTo(2);
    assertThat(last.limit()).isEqualTo(2);
    assertThat(story.gaveUp()).isTrue();
    assertThat(story.standing().history().failures()).isEqualTo(2);
    assertThat(lines(story)).anySatisfy(line -> assertThat(line).contains("by hermes's rules"));
  }

  @Test
  void shouldTellHistoryThatWasPublishedAnewOnce() {
    String task = gaveUp();
    Story once = story(board.trail(task));
    List<Transition> twice = new ArrayList<>(board.transitions(task));
    twice.addAll(board.transitions(task)); // as no relay would; and in a wild order
    twice.addAll(board.transitions(task, 2, true));
    Collections.shuffle(twice, new Random(5));

    Story story = story(board.trailOf(task, twice));

    assertThat(story.lineage()).isEqualTo(2);
    assertThat(story.attempts()).isEqualTo(once.attempts());
    assertThat(story.acts()).isEqualTo(once.acts());
    assertThat(story.formerEvents()).isZero();
    assertThat(story.standing().history().failures()).isEqualTo(3);
    assertThat(story.standing().words()).isEqualTo(once.standing().words());
  }

  @Test
  void shouldLeaveOutWhatARestoredFileNeverHad() {
    String task = board.create("Half of it", null);
    board.crash(task, TAIL);
    List<Transition> kept = board.transitions(task, 2, true);
    board.crash(task, TAIL);
    List<Transition> all = new ArrayList<>(board.transitions(task));
    int lost = all.size() - kept.size();
    all.addAll(kept);

    Story story = story(board.trailOf(task, all));

    assertThat(story.attempts()).hasSize(1);
    assertThat(story.formerEvents()).isEqualTo(lost);
    assertThat(lines(story))
        .anySatisfy(line -> assertThat(line)
            .contains("lineage 2")
            .contains("%d events of a former life".formatted(lost)));
  }

  @Test
  void shouldSayThatATaskOfAFormerLifeIsNotOnTheBoard() {
    String task = gaveUp();
    var builder = new TrailBuilder(new TaskKey(RealBoard.KEY, task), TrailReader.NOW);
    board.transitions(task).forEach(it -> builder.add(it, 0));

    Story story = story(builder.build(2).orElseThrow());

    assertThat(story.standing().formerLife()).isTrue();
    assertThat(story.standing().words()).contains("not on the board any more");
  }

  @Test
  void shouldTellADecisionThatWasNotCarriedOut() {
    String task = board.create("Held", null);
    long run = board.claim(task);
    board.fail(task, run, 3, TAIL);
    Decision decision = topology(task);

    Attempt waiting = storyWith(task, decision).attempts().get(0);

    assertThat(waiting.decision().orElseThrow().state()).isEqualTo(State.WAITING);
    assertThat(waiting.decision().orElseThrow().by()).isEqualTo("topology");
    assertThat(storyWith(task, decision).standing().words()).contains("waits for a decision");

    board.later(6);
    board.decide(task); // the fall-back is faster
    Attempt overtaken = storyWith(task, decision).attempts().get(0);

    assertThat(overtaken.decisions())
        .extracting(DecisionTold::state)
        .containsExactly(State.APPLIED, State.OVERTAKEN);
    assertThat(overtaken.decision().orElseThrow().by()).isEqualTo("dispatcher");
  }

  private Decision topology(String task) {
    List<Transition> events = board.transitions(task);
    Transition end = events.get(events.size() - 1);
    Verdict verdict = new PolicyFold(board.wire)
        .advance(
            TaskHistory.EMPTY,
            new PolicyEvent(1, end.event(), end.run(), end.kind(), end.at(), end.payload()),
            Circumstances.NONE)
        .verdict();
    return new Decision(
        new TaskKey(RealBoard.KEY, task).run(end.run()),
        1,
        end.event(),
        "topology",
        verdict,
        end.at() * 1_000 + 50);
  }

  private Story storyWith(String task, Decision decision) {
    var builder = new TrailBuilder(new TaskKey(RealBoard.KEY, task), TrailReader.NOW);
    board.transitions(task).forEach(it -> builder.add(it, 0));
    builder.add(decision);
    return story(builder.build(0).orElseThrow());
  }

  @Test
  void shouldMakeWhatWorkersSaidPrintable() {
    String task = board.create("Nasty\u001b[2J title", null);
    board.crash(task, "\u001b]0;owned\u0007 fatal \u202e");

    List<String> lines = lines(story(board.trail(task)));

    assertThat(lines).allSatisfy(line -> assertThat(line).doesNotContain("\u001b", "\u202e"));
    assertThat(lines).anySatisfy(line -> assertThat(line).contains("fatal"));
  }

  @Test
  void shouldTellTheSameStoryInTheSameBytes() {
    String task = gaveUp();
    String first = board.wire.tree(story(board.trail(task))).toString();
    String second = board.wire.tree(story(board.trail(task))).toString();

    assertThat(second).isEqualTo(first);
    assertThat(first).contains("\"rule\":\"ladder\"").contains("\"state\":\"applied\"");
  }

  private List<String> lines(Story story) {
    return new StoryText(Terminal.none(), ZoneOffset.UTC).lines(story);
  }
}
