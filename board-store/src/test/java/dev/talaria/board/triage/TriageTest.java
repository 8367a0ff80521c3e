package dev.talaria.board.triage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.board.BoardTest;
import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.task.Comment;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TriageTest extends BoardTest {
  private Triage triage;

  @BeforeEach
  void makeTriage() {
    triage = new Triage(fixture.recompute);
  }

  private String idea() {
    return fixture.create(NewTask.titled("idea").withTriage(true).withTenant("acme"));
  }

  private boolean specify(String id, Specification wanted, @Nullable String author) {
    return fixture.did(tx -> triage.specify(tx, id, wanted, author));
  }

  private Optional<List<String>> decompose(String id, boolean promote, ChildPlan... children) {
    return fixture.board.write(
        tx -> triage.decompose(tx, id, "Boss", Arrays.asList(children), "ann", promote));
  }

  private static ChildPlan child(String title, Integer... parents) {
    return new ChildPlan(title, "body of " + title, "coder", Arrays.asList(parents));
  }

  private List<Comment> comments(String id) {
    return fixture.board.read(tx -> Tasks.comments(tx, id));
  }

  private long count(String sql) {
    return fixture.board.read(tx -> tx.number(sql));
  }

  @Test
  void shouldSpecifyAndLetTheTaskGo() {
    String id = idea();

    assertThat(specify(id, new Specification(" Do it ", "how", " Coder "), "ann"))
        .isTrue();

    Task task = fixture.task(id);
    assertThat(task.title()).isEqualTo("Do it");
    assertThat(task.body()).isEqualTo("how");
    assertThat(task.assignee()).isEqualTo("coder");
    assertThat(task.status()).isEqualTo("ready");
    assertThat(fixture.kinds(id)).containsExactly("created", "specified", "promoted");
    assertThat(fixture.payload(id, "specified"))
        .isEqualTo("{\"changed_fields\":[\"title\",\"body\",\"assignee\"]}");
    assertThat(comments(id)).hasSize(1);
    assertThat(comments(id).get(0).author()).isEqualTo("ann");
    assertThat(comments(id).get(0).body()).contains("title, body, assignee");
  }

  @Test
  void shouldNameOnlyWhatChanged() {
    String same = idea();
    String body = idea();

    specify(same, new Specification("idea", null, null), "ann");
    specify(body, new Specification(" idea ", "new", null), null);

    assertThat(fixture.payload(same, "specified")).as("NULL in the column").isEqualTo("null");
    assertThat(comments(same)).as("nothing changed").isEmpty();
    assertThat(fixture.payload(body, "specified")).isEqualTo("{\"changed_fields\":[\"body\"]}");
    assertThat(comments(body)).as("nobody to say it").isEmpty();
  }

  @Test
  void shouldKeepASpecifiedTaskWaitingForItsParents() {
    String parent = fixture.ready("parent");
    String id =
        fixture.create(NewTask.titled("idea").withTriage(true).withParents(List.of(parent)));

    assertThat(specify(id, new Specification(null, "b", null), null)).isTrue();

    assertThat(fixture.status(id)).isEqualTo("todo");
  }

  @Test
  void shouldNotSpecifyWhatIsNotInTriage() {
    String ready = fixture.ready("t");

    assertThat(specify(ready, new Specification("x", null, null), "ann")).isFalse();
    assertThat(specify("t_nope", new Specification("x", null, null), "ann")).isFalse();
    assertThat(fixture.kinds(ready)).containsExactly("created");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\u00a0\n"})
  void shouldRefuseABlankTitleOrAssignee(String blank) {
    String id = idea();

    assertThatThrownBy(() -> specify(id, new Specification(blank, null, null), "ann"))
        .isInstanceOf(InvalidRequestException.class);
    assertThatThrownBy(() -> specify(id, new Specification(null, null, blank), "ann"))
        .isInstanceOf(InvalidRequestException.class);
    assertThat(fixture.kinds(id)).containsExactly("created");
  }

  @Test
  void shouldDivideAnIdea() {
    String id = idea();

    List<String> ids =
        decompose(id, true, child("a"), child("b", 0, 0), child("c", 0, 1)).orElseThrow();

    Task first = fixture.task(ids.get(0));
    assertThat(first.status()).isEqualTo("ready");
    assertThat(first.tenant()).isEqualTo("acme");
    assertThat(first.createdBy()).isEqualTo("ann");
    assertThat(first.workspaceKind()).isEqualTo("scratch");
    assertThat(first.body()).isEqualTo("body of a");
    assertThat(fixture.payload(ids.get(0), "created"))
        .isEqualTo("{\"by\":\"ann\",\"from_decompose_of\":\"" + id + "\"}");
    assertThat(fixture.kinds(ids.get(0))).containsExactly("created", "promoted");
    assertThat(fixture.kinds(ids.get(2))).containsExactly("created", "linked", "linked");
    assertThat(fixture.status(ids.get(1))).isEqualTo("todo");
    assertThat(fixture.task(id).status()).isEqualTo("todo");
    assertThat(fixture.task(id).assignee()).isEqualTo("boss");
    List<String> parents = fixture.board.read(tx -> Tasks.parents(tx, id));
    assertThat(parents).containsExactlyInAnyOrderElementsOf(ids);
    assertThat(fixture.kinds(id)).containsExactly("created", "decomposed");
    assertThat(fixture.payload(id, "decomposed"))
        .isEqualTo("{\"child_ids\":[\"%s\"],\"root_assignee\":\"boss\"}"
            .formatted(String.join("\",\"", ids)));
    assertThat(comments(id)).hasSize(1);

    for (String child : ids) {
      fixture.board.write(
          tx -> new Completions(fixture.recompute).complete(tx, child, Completion.empty()));
    }
    assertThat(fixture.status(id)).as("its parts are done").isEqualTo("ready");
  }

  @Test
  void shouldLeaveChildrenWaitingWhenNotPromoting() {
    String id = idea();

    List<String> ids = decompose(id, false, child("a")).orElseThrow();

    assertThat(fixture.status(ids.get(0))).isEqualTo("todo");
  }

  @Test
  void shouldSayNothingWithoutAuthor() {
    String id = idea();

    List<String> ids = fixture
        .board
        .write(tx -> triage.decompose(tx, id, null, List.of(child("a")), null, true))
        .orElseThrow();

    assertThat(comments(id)).isEmpty();
    assertThat(fixture.task(ids.get(0)).createdBy()).isEqualTo("decomposer");
    assertThat(fixture.task(id).assignee()).isNull();
  }

  @Test
  void shouldDivideNothingWithoutChildrenOrOutsideTriage() {
    String ready = fixture.ready("t");

    assertThat(decompose(idea(), true)).isEmpty();
    assertThat(decompose(ready, true, child("a"))).isEmpty();
    assertThat(decompose("t_nope", true, child("a"))).isEmpty();
    assertThat(count("SELECT count(*) AS n FROM tasks")).isEqualTo(2);
  }

  @Test
  void shouldRefuseWhatMakesNoSenseBeforeWritingAnything() {
    String id = idea();
    var senseless = List.<List<ChildPlan>>of(
        List.of(child("a"), child(" ")),
        List.of(child("a", 1)),
        List.of(child("a", -1)),
        List.of(child("a", 0)),
        List.of(child("a", 1), child("b", 0)),
        List.of(child("a"), child("b", 0, 3), child("c", 1), child("d", 2)),
        List.of(child("a"), new ChildPlan("b", null, " ", List.of())));

    for (List<ChildPlan> children : senseless) {
      assertThatThrownBy(() ->
              fixture.board.write(tx -> triage.decompose(tx, id, null, children, "ann", true)))
          .as("%s", children)
          .isInstanceOf(InvalidRequestException.class);
    }
    assertThatThrownBy(() -> fixture.board.write(
            tx -> triage.decompose(tx, id, " ", List.of(child("a")), "ann", true)))
        .isInstanceOf(InvalidRequestException.class);
    assertThat(count("SELECT count(*) AS n FROM tasks")).isEqualTo(1);
    assertThat(fixture.kinds(id)).containsExactly("created");
    assertThat(fixture.status(id)).isEqualTo("triage");
  }

  @Test
  void shouldLetAFailingIdeaWaitLongerEachTime() {
    String failing = idea();
    String other = idea();
    assertThat(due(2)).containsExactly(failing, other);

    assertThat(failed(failing)).isEqualTo(TriageAttempts.FIRST_WAIT);
    assertThat(due(2)).as("the others' turn").containsExactly(other);
    fixture.pass(TriageAttempts.FIRST_WAIT);
    assertThat(due(2)).as("fresh ideas first").containsExactly(other, failing);
    assertThat(failed(failing)).isEqualTo(2 * TriageAttempts.FIRST_WAIT);
    for (int i = 0; i < 70; i++) {
      assertThat(failed(failing)).isBetween(1L, TriageAttempts.LONGEST_WAIT);
    }
    specify(failing, new Specification("x", null, null), null);
    assertThat(count("SELECT count(*) AS n FROM talaria_triage_attempts")).isZero();
  }

  @Test
  void shouldForgetWhatLeftTriageOtherwise() {
    String id = idea();
    failed(id);

    assertThat(fixture.counted(TriageAttempts::sweep)).isZero();
    fixture.board.change(tx -> tx.update("UPDATE tasks SET status = 'ready' WHERE id = ?", id));
    assertThat(fixture.counted(TriageAttempts::sweep)).isEqualTo(1);
  }

  private long failed(String id) {
    return fixture.board.write(tx -> TriageAttempts.failed(tx, id, "why"));
  }

  private List<String> due(int limit) {
    return fixture.board.read(tx -> TriageAttempts.due(tx, limit));
  }
}
