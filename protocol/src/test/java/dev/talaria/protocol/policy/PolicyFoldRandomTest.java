package dev.talaria.protocol.policy;

import static dev.talaria.protocol.policy.PolicyFixture.NOW;
import static dev.talaria.protocol.policy.PolicyFixture.aBoard;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.PolicyFold.Step;
import dev.talaria.protocol.policy.RetryPolicy.SilentExit;
import dev.talaria.protocol.policy.Verdict.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random lives of a task. {@code -Dtalaria.seed=<n>} replays one. */
class PolicyFoldRandomTest {
  private static final List<String> OTHER_KINDS =
      List.of("claimed", "heartbeat", "commented", "promoted", "blocked", "reclaimed", "spawned");

  private final Wire wire = new Wire();
  private final PolicyFold fold = new PolicyFold(wire);

  static LongStream seeds() {
    Long replayed = Long.getLong("talaria.seed");
    return replayed != null ? LongStream.of(replayed) : new Random().longs(300);
  }

  /** Doubles and older events among the others, as after a restart of the reader or of the relay. */
  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void shouldEndTheSameWithRepeatedAndLateEvents(long seed) {
    var random = new Random(seed);
    List<PolicyEvent> events = life(random, policy(random), 120);
    TaskHistory inOneGo = TaskHistory.EMPTY;
    List<Verdict> verdicts = new ArrayList<>();
    for (PolicyEvent event : events) {
      inOneGo = advance(inOneGo, event, verdicts);
    }

    TaskHistory piecemeal = TaskHistory.EMPTY;
    List<Verdict> verdictsAgain = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      piecemeal = advance(stored(piecemeal), events.get(i), verdictsAgain);
      for (int late = random.nextInt(4); late > 0; late--) {
        piecemeal = advance(piecemeal, events.get(random.nextInt(i + 1)), verdictsAgain);
      }
    }

    assertThat(piecemeal).as(steps(seed, events)).isEqualTo(inOneGo);
    assertThat(verdictsAgain).as(steps(seed, events)).isEqualTo(verdicts);
  }

  /** Whatever else happens to it, and however its override is moved about. */
  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void shouldGiveUpBeforeTooManyFailuresInARow(long seed) {
    var random = new Random(seed);
    RetryPolicy policy = policy(random);
    boolean climbs = policy.escalateBeforeGivingUp() && policy.source() != LimitSource.TASK;
    int bound = Math.max(1, policy.limit()) + (climbs ? policy.ladder().steps().size() : 0);
    List<PolicyEvent> events = new ArrayList<>();
    TaskHistory history = TaskHistory.EMPTY;
    String override = null;
    int inARow = 0;
    int silentInARow = 0;
    for (int id = 1; id <= 400; id++) {
      PolicyEvent event = next(random, id, policy, override, !history.gaveUp());
      events.add(event);
      Step step = fold.advance(history, event, Circumstances.NONE);
      history = step.history();
      Verdict verdict = step.verdict();
      if (verdict == null) {
        boolean reset = event.kind().equals("unblocked")
            || event.kind().equals("completed")
            || history.isClean();
        inARow = reset ? 0 : inARow;
        silentInARow = reset ? 0 : silentInARow;
        continue;
      }
      FailureClass failure = fold.runEnd(event).failure();
      inARow += failure == FailureClass.TASK ? 1 : 0;
      silentInARow += failure == FailureClass.PROTOCOL ? 1 : 0;
      boolean goesOn = verdict.action() == Action.RETRY || verdict.action() == Action.ESCALATE;
      assertThat(history.failures()).as(steps(seed, events)).isEqualTo(inARow);
      if (goesOn && failure == FailureClass.TASK) {
        assertThat(inARow).as(steps(seed, events)).isLessThan(bound);
      }
      if (goesOn && failure == FailureClass.PROTOCOL) {
        assertThat(inARow + silentInARow)
            .as(steps(seed, events))
            .isLessThan(Math.max(1, policy.limit()));
      }
      if (verdict.action() == Action.ESCALATE) {
        assertThat(policy.ladder().steps())
            .as(steps(seed, events))
            .containsEntry(verdict.fromModel(), verdict.toModel());
        override = random.nextInt(4) == 0 ? null : verdict.toModel();
      }
      if (!goesOn) {
        // only an operator goes on from here
        PolicyEvent unblocked = new PolicyEvent(1, ++id, null, "unblocked", NOW + id, null);
        events.add(unblocked);
        history = fold.advance(history, unblocked, Circumstances.NONE).history();
        inARow = 0;
        silentInARow = 0;
      }
    }
  }

  /** Whatever resets its count of failures: an account starts afresh with a completion or an operator's word alone. */
  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void shouldNeverGoOnOnceTheBudgetIsUsedUp(long seed) {
    var random = new Random(seed);
    long attempts = 1 + random.nextInt(6);
    long most = 1 + random.nextInt(400);
    RetryPolicy policy = policy(random)
        .withBudget(new Budget(new Budget.Bounds(attempts, most, null), null, null, null));
    List<PolicyEvent> events = new ArrayList<>();
    TaskHistory history = TaskHistory.EMPTY;
    long runs = 0;
    long seconds = 0;
    for (int id = 1; id <= 400; id++) {
      PolicyEvent event = next(random, id, policy, null, random.nextInt(3) > 0);
      if (event.kind().equals("decided")) {
        continue; // its history is made up
      }
      if (event.kind().equals("unblocked") && random.nextBoolean()) {
        event =
            new PolicyEvent(1, id, null, "unblocked", event.at(), wire.object().put("more", 1));
      }
      boolean isEnd = event.isPending();
      if (isEnd) {
        event.payload().put("seconds", random.nextInt(100)).put("lane", "coder");
        FailureClass failure = fold.runEnd(event).failure();
        boolean counts = failure != FailureClass.INFRA && failure != FailureClass.LOST;
        runs += counts ? 1 : 0;
        seconds += counts ? fold.runEnd(event).seconds() : 0;
      } else if (event.kind().equals("crashed")) {
        runs++;
      } else if (event.kind().equals("completed")
          || event.kind().equals("unblocked") && event.payload() != null) {
        runs = 0;
        seconds = 0;
      }
      events.add(event);
      Step step = fold.advance(stored(history), event, Circumstances.NONE);
      history = step.history();
      assertThat(history.allBurn()).as(steps(seed, events)).isEqualTo(new Burn(runs, seconds, 0));
      Verdict verdict = step.verdict();
      if (verdict != null && fold.runEnd(event).failure() != FailureClass.LOST) {
        boolean usedUp = runs >= attempts || seconds >= most;
        assertThat(verdict.goesOn() && usedUp).as(steps(seed, events)).isFalse();
        assertThat(verdict.budget() != null && !usedUp).as(steps(seed, events)).isFalse();
      }
    }
  }

  private List<PolicyEvent> life(Random random, RetryPolicy policy, int length) {
    List<PolicyEvent> events = new ArrayList<>();
    long lineage = 1;
    long id = 0;
    for (int i = 0; i < length; i++) {
      if (random.nextInt(60) == 0) {
        lineage++;
        id = 0;
      }
      id += 1 + random.nextInt(3);
      PolicyEvent event =
          next(random, id, policy, random.nextBoolean() ? "b" : null, random.nextBoolean());
      events.add(new PolicyEvent(
          lineage, event.id(), event.run(), event.kind(), event.at(), event.payload()));
    }
    return events;
  }

  private PolicyEvent next(
      Random random, long id, RetryPolicy policy, @Nullable String override, boolean fails) {
    int what = random.nextInt(20);
    if (what < 12 && fails) {
      return pending(random, id, policy, override);
    }
    if (what == 12) {
      return new PolicyEvent(
          1, id, id, random.nextInt(3) == 0 ? "completed" : "unblocked", NOW + id, null);
    }
    if (what == 13 && !fails) {
      ObjectNode payload = wire.object();
      payload.set(
          "history", wire.tree(new TaskHistory(random.nextInt(3), 0, 0, 0, 0, 0, false, 1, id)));
      return new PolicyEvent(1, id, id, "decided", NOW + id, payload);
    }
    if (what == 14 && !fails) {
      return new PolicyEvent(
          1, id, id, random.nextBoolean() ? "crashed" : "gave_up", NOW + id, null);
    }
    return new PolicyEvent(
        1, id, null, OTHER_KINDS.get(random.nextInt(OTHER_KINDS.size())), NOW + id, null);
  }

  private PolicyEvent pending(
      Random random, long id, RetryPolicy policy, @Nullable String override) {
    FailureClass[] classes = FailureClass.values();
    FailureClass failure =
        random.nextBoolean() ? FailureClass.TASK : classes[random.nextInt(classes.length)];
    ObjectNode payload = wire.object().put("decision_pending", true);
    payload.set("class", wire.tree(failure));
    payload.set("policy", wire.tree(policy));
    if (override != null) {
      payload.put("model_override", override);
    } else if (random.nextBoolean()) {
      payload.put("model", random.nextBoolean() ? "a" : "unlisted");
    }
    return new PolicyEvent(
        1, id, id, random.nextBoolean() ? "crashed" : "timed_out", NOW + id * 7, payload);
  }

  private static RetryPolicy policy(Random random) {
    PolicyFixture board = aBoard()
        .limit(random.nextInt(6))
        .silentExit(SilentExit.values()[random.nextInt(3)])
        .rateLimit(60, random.nextInt(4), 1 + random.nextInt(500));
    board = switch (random.nextInt(4)) {
      case 0 -> board;
      case 1 -> board.ladder("", "a");
      case 2 -> board.ladder("", "a", "a", "b");
      default -> board.ladder("", "a", "a", "b", "b", "c", "c", "d");
    };
    board = random.nextBoolean() ? board.climbFirst() : board;
    board = random.nextBoolean() ? board.backoff(new Backoff(10, 2, 300)) : board;
    return (random.nextInt(3) == 0 ? board.taskLimit(random.nextInt(6)) : board).policy();
  }

  private TaskHistory advance(TaskHistory before, PolicyEvent event, List<Verdict> verdicts) {
    Step step = fold.advance(before, event, Circumstances.NONE);
    if (step.verdict() != null) {
      verdicts.add(step.verdict());
    }
    return step.history();
  }

  /** As it comes back from a store. */
  private TaskHistory stored(TaskHistory history) {
    return wire.view(wire.tree(history), TaskHistory.class);
  }

  private static String steps(long seed, List<PolicyEvent> events) {
    var text = new StringBuilder("-Dtalaria.seed=").append(seed);
    for (PolicyEvent event : events) {
      text.append("\n  ")
          .append(event.lineage())
          .append('/')
          .append(event.id())
          .append(' ')
          .append(event.kind());
      if (event.payload() != null) {
        text.append(' ').append(event.payload().path("class").asText(""));
        text.append(' ').append(event.payload().path("model_override").asText(""));
      }
    }
    return text.append("\n  ^ the last of these broke the rule").toString();
  }
}
