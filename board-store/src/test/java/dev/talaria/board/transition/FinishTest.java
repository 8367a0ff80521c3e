package dev.talaria.board.transition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.BoardTest;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Completing, blocking and letting go. */
class FinishTest extends BoardTest {
  private static final String CRAB = "\uD83E\uDD80";

  @Test
  void shouldCloseTheClaimedRunAsDone() {
    String id = fixture.ready("t");
    long run = fixture.claim(id);
    complete(
        id,
        Completion.empty()
            .withResult("res")
            .withSummary("\n" + CRAB.repeat(500) + "\nmore")
            .withRun(run));
    Run closed = runs(id).get(0);
    assertThat(closed.status()).isEqualTo("done");
    assertThat(closed.outcome()).isEqualTo("completed");
    assertThat(closed.claimLock()).isNull();
    assertThat(fixture.payload(id, "completed"))
        .isEqualTo("{\"result_len\":3,\"summary\":\"" + CRAB.repeat(400) + "\"}");
    assertThat(fixture.task(id).currentRunId()).isNull();
    assertThat(fixture.task(id).completedAt()).isEqualTo(fixture.now());
  }

  @Test
  void shouldRecordARunOnlyWhenThereIsSomethingToRecord() {
    String bare = fixture.ready("t");
    String said = fixture.ready("t");
    assertThat(complete(bare, Completion.empty())).isEqualTo(new CompleteResult.Completed(null));
    assertThat(complete(said, Completion.empty().withResult("r")).completed()).isTrue();
    assertThat(runs(bare)).isEmpty();
    assertThat(runs(said)).singleElement().satisfies(run -> {
      assertThat(run.status()).isEqualTo("completed");
      assertThat(run.summary()).isEqualTo("r");
      assertThat(run.startedAt()).isEqualTo(run.endedAt());
    });
    assertThat(fixture.kinds(bare)).containsExactly("created", "completed");
    assertThat(fixture.kinds(said)).containsExactly("created", "completed[r]");
  }

  @Test
  void shouldTakeAnEmptySummaryAsGivenAndABlankOneAsNone() {
    String empty = fixture.ready("t");
    fixture.claim(empty);
    complete(empty, Completion.empty().withResult("r").withSummary(""));
    assertThat(runs(empty).get(0).summary()).isEmpty();
    assertThat(fixture.payload(empty, "completed"))
        .isEqualTo("{\"result_len\":1,\"summary\":null}");
    String blank = fixture.ready("t");
    assertThat(complete(blank, Completion.empty().withSummary(" \u00A0 ")).completed())
        .isTrue();
  }

  @Test
  void shouldCompleteOnlyFromStatusesThatAllowIt() {
    String parent = fixture.ready("p");
    String todo = fixture.childOf(parent);
    String triage = fixture.create(NewTask.titled("t").withTriage(true));
    String blocked = fixture.create(NewTask.titled("t").withInitialStatus("blocked"));
    String scheduled = fixture.ready("s");
    fixture.did(tx -> Blocks.schedule(tx, scheduled, "later", null));
    for (String id : List.of(todo, triage, scheduled, "t_unknown")) {
      assertThat(complete(id, Completion.empty()))
          .isInstanceOf(CompleteResult.NotCompletable.class);
    }
    assertThat(complete(blocked, Completion.empty()).completed()).isTrue();
    assertThat(complete(blocked, Completion.empty()).completed())
        .as("done is done")
        .isFalse();
  }

  @Test
  void shouldRefuseAStaleRunBeforeLookingAtItsCards() {
    String id = fixture.ready("t");
    long run = fixture.claim(id);
    assertThat(complete(id, Completion.empty().withRun(run + 1).withCreatedCards(List.of("t_x"))))
        .isInstanceOf(CompleteResult.NotCompletable.class);
    assertThat(fixture.kinds(id)).doesNotContain("completion_blocked_hallucination");
  }

  @Test
  void shouldRefuseCardsThatAreNotTheWorkersOwn() {
    String id = fixture.ready("t");
    long run = fixture.claim(id);
    String byAssignee = fixture.create(NewTask.titled("a").withCreatedBy("coder"));
    String byTask = fixture.create(NewTask.titled("b").withCreatedBy(id));
    String child = fixture.childOf(id);
    String foreign = fixture.create(NewTask.titled("c").withCreatedBy("other"));
    Completion claim = Completion.empty().withSummary("did\nit").withRun(run);

    var refused = complete(
        id, claim.withCreatedCards(List.of(" " + byAssignee, byAssignee, "", foreign, "t_99")));

    assertThat(refused)
        .isEqualTo(new CompleteResult.PhantomCards(List.of(foreign, "t_99"), List.of(byAssignee)));
    assertThat(fixture.status(id)).isEqualTo("running");
    assertThat(fixture.payload(id, "completion_blocked_hallucination"))
        .isEqualTo("{\"phantom_cards\":[\"" + foreign + "\",\"t_99\"],\"verified_cards\":[\""
            + byAssignee + "\"],\"summary_preview\":\"did\"}");
    complete(id, claim.withSummary("").withResult("r").withCreatedCards(List.of(foreign)));
    assertThat(fixture.payload(id, "completion_blocked_hallucination"))
        .contains("\"summary_preview\":\"r\"");
    assertThat(complete(id, claim.withCreatedCards(List.of(byAssignee, byTask, child)))
            .completed())
        .as("a linked child without an author is the worker's own")
        .isTrue();
    assertThat(fixture.payload(id, "completed"))
        .contains(
            "\"verified_cards\":[\"" + byAssignee + "\",\"" + byTask + "\",\"" + child + "\"]");
  }

  @Test
  void shouldNoteReferencesToTasksThatDoNotExist() {
    String id = fixture.ready("t");
    complete(
        id,
        Completion.empty()
            .withSummary("made t_0123abcd and " + id + ", xt_0123abce")
            .withMetadata(
                BoardJson.object().set("artifacts", BoardJson.array(List.of(" /a\u00A0", " ")))));
    assertThat(fixture.payload(id, "suspected_hallucinated_references"))
        .isEqualTo("{\"phantom_refs\":[\"t_0123abcd\"],\"source\":\"completion_summary\"}");
    assertThat(fixture.payload(id, "completed")).contains("\"artifacts\":[\"/a\"]");
  }

  @Test
  void shouldFindReferencesOnlyBetweenWordBoundariesOfAnyScript() {
    String id = fixture.ready("t");
    complete(
        id,
        Completion.empty()
            .withSummary(
                "\u00e9t_0123aaaa \u65e5t_0123bbbb t_0123cccc\u00e9 (t_0123dddd) t_0123eee")
            .withResult("t_0123ffff0,t_0123dddd"));
    assertThat(fixture.payload(id, "suspected_hallucinated_references"))
        .isEqualTo(
            "{\"phantom_refs\":[\"t_0123dddd\",\"t_0123ffff0\"],\"source\":\"completion_summary\"}");
  }

  @Test
  void shouldNameArtifactsOnlyFromAList() {
    String id = fixture.ready("t");
    var facts = BoardJson.object();
    facts.set("artifacts", BoardJson.object().put("a", "/a"));
    complete(id, Completion.empty().withMetadata(facts));
    assertThat(fixture.payload(id, "completed")).isEqualTo("{\"result_len\":0,\"summary\":null}");
  }

  @Test
  void shouldBlockWithItsRunAndKeepNullReasons() {
    String id = fixture.ready("t");
    fixture.claim(id);
    assertThat(fixture.did(tx -> Blocks.block(tx, id, null, null))).isTrue();
    assertThat(runs(id))
        .singleElement()
        .extracting(Run::status, Run::outcome)
        .containsExactly("blocked", "blocked");
    assertThat(fixture.payload(id, "blocked")).isEqualTo("{\"reason\":null}");
    assertThat(fixture.did(tx -> Blocks.block(tx, id, "x", null))).isFalse();
    String idle = fixture.ready("t");
    fixture.did(tx -> Blocks.block(tx, idle, "why", null));
    assertThat(runs(idle)).singleElement().extracting(Run::summary).isEqualTo("why");
  }

  @Test
  void shouldUnblockToWhereTheParentsAllow() {
    String parent = fixture.ready("p");
    String child = fixture.create(
        NewTask.titled("c").withParents(List.of(parent)).withInitialStatus("blocked"));
    assertThat(fixture.did(tx -> Blocks.unblock(tx, child))).isTrue();
    assertThat(fixture.status(child)).isEqualTo("todo");
    assertThat(fixture.payload(child, "unblocked")).isEqualTo("{\"status\":\"todo\"}");
    assertThat(fixture.did(tx -> Blocks.unblock(tx, child))).isFalse();
    String free = fixture.create(NewTask.titled("f").withInitialStatus("blocked"));
    fixture.did(tx -> Blocks.unblock(tx, free));
    assertThat(fixture.payload(free, "unblocked")).isEqualTo("null");
  }

  @Test
  void shouldArchiveARunningTaskAndLetItsChildrenGo() {
    String parent = fixture.ready("p");
    String child = fixture.childOf(parent);
    fixture.claim(parent);
    var archives = new Archives(fixture.recompute);
    assertThat(fixture.did(tx -> archives.archive(tx, parent))).isTrue();
    assertThat(fixture.did(tx -> archives.archive(tx, parent))).isFalse();
    assertThat(runs(parent).get(0))
        .extracting(Run::status, Run::summary)
        .containsExactly("reclaimed", "task archived with run still active");
    assertThat(fixture.status(child)).isEqualTo("ready");
    assertThat(fixture.kinds(parent)).containsExactly("created", "claimed[r]", "archived[r]");
  }

  private CompleteResult complete(String id, Completion completion) {
    return fixture.board.write(
        tx -> new Completions(fixture.recompute).complete(tx, id, completion));
  }

  private List<Run> runs(String id) {
    return fixture.board.read(tx -> Tasks.runs(tx, id));
  }
}
