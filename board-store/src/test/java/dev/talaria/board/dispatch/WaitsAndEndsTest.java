package dev.talaria.board.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.BoardTest;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.task.Comments;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import dev.talaria.protocol.policy.PolicyEvent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the dispatcher measures: since when tasks are ready, how runs ended, what is held, what is not published. */
class WaitsAndEndsTest extends BoardTest {
  private long granted(String id) {
    return ((dev.talaria.board.transition.ClaimResult.Granted) fixture.board.write(tx ->
            GrantClaims.claimForLauncher(tx, id, "h:1:u", 60, "beta/launcher/main", 3, "inst", 10)))
        .runId();
  }

  private void fail(String id, long run) {
    RunEnd end = RunEnd.of("crashed", "crashed")
        .withError("boom")
        .withPayload(
            BoardJson.object().put(PolicyEvent.CLASS, "task").put(PolicyEvent.MODEL, "large"))
        .awaitingDecision(fixture.now() + 5, "{\"limit\":2}")
        .counted();
    assertThat(fixture.did(tx -> RunEnds.closeRun(tx, id, run, end))).isTrue();
  }

  private Long oldest(String lane) {
    return fixture
        .board
        .<Optional<Long>>read(tx -> Optional.ofNullable(ReadySince.oldestOf(tx, lane)))
        .orElse(null);
  }

  private long since(String id, long run) {
    return fixture.board.read(tx -> ReadySince.ofRun(tx, id, run)).orElseThrow().at();
  }

  private List<EndedRun> ended(String id) {
    return fixture.board.read(tx -> EventLog.ofTask(tx, id).stream()
        .flatMap((EventRow row) -> EndedRun.closedBy(tx, row).stream())
        .toList());
  }

  @Test
  void shouldTakeATaskForReadySinceItsCreationWhateverWasSaidOfItSince() {
    String id = fixture.ready("t");
    fixture.pass(30);
    fixture.board.change(tx -> Comments.add(tx, id, "ann", "soon?"));
    fixture.pass(30);

    assertThat(oldest("coder")).isEqualTo(fixture.now() - 60);
    assertThat(oldest("other")).isNull();
    assertThat(since(id, granted(id))).isEqualTo(fixture.now() - 60);
    assertThat(oldest("coder")).isNull();
  }

  @Test
  void shouldCountTheWaitOfAChildFromTheEndOfItsParent() {
    String parent = fixture.ready("p");
    String child = fixture.childOf(parent);
    fixture.pass(100);
    String young = fixture.ready("young");
    fixture.pass(10);
    long run = granted(parent);
    fixture.pass(10);
    fixture.board.change(tx -> new Completions(fixture.recompute)
        .complete(tx, parent, Completion.empty().withRun(run)));
    fixture.pass(5);

    assertThat(fixture.status(child)).isEqualTo("ready");
    assertThat(oldest("coder")).as("the younger task waits longer").isEqualTo(fixture.now() - 25);
    granted(young);
    assertThat(oldest("coder")).isEqualTo(fixture.now() - 5);
  }

  @Test
  void shouldLeaveOutTheTimeThatADecisionKeptATaskWaiting() {
    var verdicts = new Verdicts(fixture.recompute);
    String id = fixture.ready("t");
    long first = granted(id);
    fixture.pass(7);
    fail(id, first);
    assertThat(oldest("coder")).as("held for its decision").isNull();
    fixture.pass(3);
    Map<String, Holds.Held> held = fixture.board.read(Holds::byReason);
    assertThat(held).isEqualTo(Map.of("decision", new Holds.Held(1, fixture.now() - 3)));
    long until = fixture.now() + 60;
    fixture.board.change(tx -> {
      verdicts.recordDecided(
          tx, id, first, BoardJson.object().put("action", "retry").put("not_before", until));
      verdicts.backoff(tx, id, first, until);
    });
    assertThat(oldest("coder")).as("held for its back-off").isNull();
    assertThat(fixture.board.<Map<String, Holds.Held>>read(Holds::byReason))
        .isEqualTo(Map.of("backoff", new Holds.Held(1, fixture.now())));
    fixture.pass(64);

    assertThat(oldest("coder")).isEqualTo(until);
    assertThat(since(id, granted(id))).isEqualTo(until);
    assertThat(fixture.board.<Map<String, Holds.Held>>read(Holds::byReason)).isEmpty();
  }

  @Test
  void shouldTellEachEndOfARunOnceWithWhoHadItAndWhy() {
    String id = fixture.ready("t");
    long first = granted(id);
    fixture.pass(7);
    fail(id, first);
    fixture.board.change(tx -> new Verdicts(fixture.recompute)
        .blockWithReason(tx, id, first, BoardJson.object().put("reason", "enough")));

    assertThat(fixture.kinds(id)).endsWith("crashed[r]", "blocked[r]");
    assertThat(ended(id))
        .as("the block was decided later and is no end of its own")
        .containsExactly(new EndedRun("coder", "beta", "large", "crashed", "task", 7));
  }

  @Test
  void shouldTellTheEndOfARunWithoutALauncher() {
    String id = fixture.ready("t");
    long run = fixture.claim(id);
    fixture.pass(65);
    fixture.board.change(tx ->
        new Completions(fixture.recompute).complete(tx, id, Completion.empty().withRun(run)));

    assertThat(ended(id)).containsExactly(new EndedRun("coder", null, null, "completed", null, 65));
  }

  @Test
  void shouldTakeTheModelThatTheLauncherNamedAtTheStart() {
    String id = fixture.ready("t");
    long run = granted(id);
    fixture.board.change(tx -> LauncherRuns.started(tx, run, "small"));
    fixture.board.change(tx ->
        new Completions(fixture.recompute).complete(tx, id, Completion.empty().withRun(run)));

    assertThat(ended(id)).extracting(EndedRun::model).containsExactly("small");
  }

  @Test
  void shouldCountWhatIsNotPublishedNoFurtherThanAsked() {
    fixture.ready("a");
    fixture.pass(9);
    fixture.ready("b");
    fixture.ready("c");

    assertThat(fixture.board.<EventLog.Backlog>read(tx -> EventLog.backlogAfter(tx, 0, 2)))
        .isEqualTo(new EventLog.Backlog(2, fixture.now() - 9));
    assertThat(fixture.board.<EventLog.Backlog>read(tx -> EventLog.backlogAfter(tx, 1, 9)))
        .isEqualTo(new EventLog.Backlog(2, fixture.now()));
    assertThat(fixture.board.<EventLog.Backlog>read(tx -> EventLog.backlogAfter(tx, 3, 9)))
        .isEqualTo(new EventLog.Backlog(0, null));
    assertThat(fixture.board.<Long>read(EventLog::newest)).isEqualTo(3);
  }
}
