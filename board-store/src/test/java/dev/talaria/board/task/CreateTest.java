package dev.talaria.board.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.board.BoardTest;
import dev.talaria.board.ConflictException;
import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.Python;
import dev.talaria.board.transition.Archives;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CreateTest extends BoardTest {
  static Stream<NewTask> refused() {
    NewTask good = NewTask.titled("t");
    return Stream.of(
        NewTask.titled(" \u00A0"),
        good.withAssignee(" "),
        good.withInitialStatus("ready"),
        good.withWorkspace("cloud", null, null),
        good.withWorkspace("dir", "/x", "feature"),
        good.withSkills(List.of("a,b")),
        good.withSkills(List.of("Kanban", "x")),
        good.withParents(List.of("t_00000000")),
        good.withTriage(true).withParents(List.of("t_00000000")));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void shouldRefuseWithoutWriting(NewTask task) {
    assertThatThrownBy(() -> fixture.create(task)).isInstanceOf(InvalidRequestException.class);
    assertThat(fixture.counted(tx -> (int) tx.number("SELECT count(*) AS n FROM task_events")))
        .isZero();
  }

  @Test
  void shouldStoreWhatWasGiven() {
    String id = fixture.create(NewTask.titled("  title ")
        .withBody("body")
        .withAssignee(" CodeR ")
        .withCreatedBy("me")
        .withTenant("acme")
        .withPriority(3)
        .withWorkspace("worktree", "/repo", "wt/x")
        .withSkills(List.of(" a ", "", "b", "a"))
        .withMaxRetries(4L)
        .withMaxRuntimeSeconds(60L)
        .withSessionId("s"));
    Task task = fixture.task(id);
    assertThat(id).matches("t_[0-9a-f]{8}");
    assertThat(task.title()).isEqualTo("title");
    assertThat(task.assignee()).isEqualTo("coder");
    assertThat(task.status()).isEqualTo("ready");
    assertThat(task.skills()).containsExactly("a", "b");
    assertThat(task.createdAt()).isEqualTo(fixture.now());
    assertThat(fixture.payload(id, "created"))
        .isEqualTo(
            "{\"assignee\":\"coder\",\"status\":\"ready\",\"parents\":[],\"tenant\":\"acme\",\"branch_name\":\"wt/x\",\"skills\":[\"a\",\"b\"]}");
  }

  @Test
  void shouldBeginWhereItsParentsAllow() {
    String open = fixture.ready("open");
    String done = fixture.ready("done");
    String archived = fixture.ready("archived");
    fixture.did(tx -> new Completions(fixture.recompute)
        .complete(tx, done, Completion.empty())
        .completed());
    fixture.did(tx -> new Archives(fixture.recompute).archive(tx, archived));
    assertThat(fixture.status(fixture.childOf(open))).isEqualTo("todo");
    assertThat(fixture.status(fixture.childOf(done, archived))).isEqualTo("ready");
    assertThat(fixture.status(fixture.childOf(done, open))).isEqualTo("todo");
    assertThat(fixture.status(fixture.create(NewTask.titled("t").withTriage(true))))
        .isEqualTo("triage");
  }

  @Test
  void shouldNameParentsAsGivenAndLinkEachOnce() {
    String parent = fixture.ready("p");
    String id = fixture.childOf(parent, "", parent);
    assertThat(fixture.payload(id, "created"))
        .contains("\"parents\":[\"" + parent + "\",\"" + parent + "\"]");
    assertThat(fixture.board.<List<String>>read(tx -> Tasks.parents(tx, id)))
        .containsExactly(parent);
  }

  @Test
  void shouldTakeAMaximumRunTimeOfZeroAsNone() {
    String id = fixture.create(NewTask.titled("t").withMaxRuntimeSeconds(0L));
    assertThat(fixture.task(id).maxRuntimeSeconds()).isNull();
  }

  @Test
  void shouldStayBlockedWhenCreatedBlocked() {
    String id = fixture.create(NewTask.titled("t").withTriage(true).withInitialStatus("blocked"));
    assertThat(fixture.status(id)).as("blocked beats triage").isEqualTo("blocked");
    assertThat(fixture.kinds(id)).containsExactly("created", "blocked");
    assertThat(fixture.payload(id, "blocked")).isEqualTo("{\"reason\":\"initial_status\"}");
    assertThat(fixture.counted(fixture.recompute::recompute)).isZero();
  }

  @Test
  void shouldFindTheTaskThatAKeyNamesWhateverElseIsGiven() {
    String first = fixture.create(NewTask.titled("t").withIdempotencyKey("k"));
    CreateResult again = fixture.board.write(
        tx -> fixture.creation.create(tx, NewTask.titled("u").withIdempotencyKey("k")));
    assertThat(again).isEqualTo(new CreateResult(first, "ready", false));
    fixture.did(tx -> new Archives(fixture.recompute).archive(tx, first));
    assertThat(fixture.create(NewTask.titled("u").withIdempotencyKey("k")))
        .as("archived ones do not count")
        .isNotEqualTo(first);
  }

  @Test
  void shouldUseTheBoardsWorkdirOnlyWhereThereIsOne() {
    var creation = new TaskCreation(Set.of(), "/work");
    for (String kind : List.of("dir", "worktree", "scratch")) {
      CreateResult made = fixture.board.write(
          tx -> creation.create(tx, NewTask.titled(kind).withWorkspace(kind, null, null)));
      assertThat(fixture.task(made.taskId()).workspacePath())
          .isEqualTo(kind.equals("scratch") ? null : "/work");
    }
  }

  @Test
  void shouldTryASecondIdWhenTheFirstIsTaken() {
    // the fixture's ids come from a seed; the first two that the next creates would draw are taken
    // in advance
    String taken = fixture.ready("a");
    fixture.board.change(tx -> tx.update("UPDATE tasks SET id = ? WHERE id = ?", nextId(1), taken));
    assertThat(fixture.ready("b")).isNotEqualTo(nextId(1));
  }

  private static String nextId(int skip) {
    var random = new java.util.Random(7);
    for (int i = 0; i < skip; i++) {
      random.nextInt();
    }
    return "t_%08x".formatted(random.nextInt());
  }

  @Test
  void shouldCreateABatchInOrder() {
    List<CreateResult> made = fixture.board.write(
        tx -> fixture.creation.createAll(tx, List.of(NewTask.titled("a"), NewTask.titled("b"))));
    assertThat(made).extracting(r -> fixture.task(r.taskId()).title()).containsExactly("a", "b");
  }

  @Test
  void shouldRefuseLinksThatWouldNeverLetGo() {
    String a = fixture.ready("a");
    String b = fixture.childOf(a);
    String c = fixture.childOf(b);
    var links = new Links(fixture.recompute);
    for (String[] link : new String[][] {{a, a}, {c, a}, {b, a}, {"t_x", a}, {a, "t_x"}}) {
      assertThatThrownBy(() -> fixture.board.change(tx -> links.link(tx, link[0], link[1])))
          .isInstanceOf(InvalidRequestException.class);
    }
  }

  @Test
  void shouldHoldAReadyChildBackAndLetItGoAgain() {
    var links = new Links(fixture.recompute);
    String parent = fixture.ready("p");
    String child = fixture.ready("c");
    String running = fixture.ready("r");
    fixture.claim(running);
    fixture.board.change(tx -> links.link(tx, parent, child));
    fixture.board.change(tx -> links.link(tx, parent, child));
    fixture.board.change(tx -> links.link(tx, parent, running));
    assertThat(fixture.status(child)).isEqualTo("todo");
    assertThat(fixture.status(running)).as("running children are untouched").isEqualTo("running");
    assertThat(fixture.did(tx -> links.unlink(tx, parent, child))).isTrue();
    assertThat(fixture.did(tx -> links.unlink(tx, parent, child))).isFalse();
    assertThat(fixture.kinds(child))
        .containsExactly("created", "linked", "linked", "unlinked", "promoted");
    assertThat(fixture.status(child)).isEqualTo("ready");
  }

  @Test
  void shouldKeepCommentsStrippedAndTheirEventAsGiven() {
    String id = fixture.ready("t");
    fixture.board.change(tx -> Comments.add(tx, id, " me ", " \uD83E\uDD80 "));
    List<Comment> comments = fixture.board.read(tx -> Tasks.comments(tx, id));
    assertThat(comments)
        .extracting(Comment::author, Comment::body)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("me", "\uD83E\uDD80"));
    assertThat(fixture.payload(id, "commented")).isEqualTo("{\"author\":\" me \",\"len\":3}");
    assertThatThrownBy(() -> fixture.board.change(tx -> Comments.add(tx, id, "me", " ")))
        .isInstanceOf(InvalidRequestException.class);
    assertThatThrownBy(() -> fixture.board.change(tx -> Comments.add(tx, "t_x", "me", "b")))
        .isInstanceOf(InvalidRequestException.class);
  }

  @Test
  void shouldKeepTextWithNulCharactersWholeForHermesToo() {
    String id = fixture.create(NewTask.titled("a\0b").withBody("c\0d"));
    fixture.board.change(tx -> Comments.add(tx, id, "me", "e\0\uD83E\uDD80"));
    assertThat(fixture.task(id).title() + fixture.task(id).body()).isEqualTo("a\0bc\0d");
    assertThat(fixture.board.<List<Comment>>read(tx -> Tasks.comments(tx, id)))
        .extracting(Comment::body)
        .containsExactly("e\0\uD83E\uDD80");
    assertThat(fixture.payload(id, "commented")).isEqualTo("{\"author\":\"me\",\"len\":3}");
    Python.assume();
    String read = Python.run(directory, """
        import sqlite3, sys
        db = sqlite3.connect(sys.argv[1])
        print([db.execute(q).fetchone()[0] for q in ('SELECT title FROM tasks', 'SELECT body FROM tasks', 'SELECT body FROM task_comments')])
        """, "", fixture.board.path().toString());
    assertThat(read.strip()).isEqualTo("['a\\x00b', 'c\\x00d', 'e\\x00\uD83E\uDD80']");
  }

  @Test
  void shouldForgetFailuresOnlyWhenAnotherProfileIsAssigned() {
    String id = fixture.ready("t");
    fixture.board.change(
        tx -> tx.update("UPDATE tasks SET consecutive_failures = 2 WHERE id = ?", id));
    fixture.did(tx -> Assignments.assign(tx, id, "CODER"));
    assertThat(fixture.task(id).consecutiveFailures()).isEqualTo(2);
    fixture.did(tx -> Assignments.assign(tx, id, "other"));
    assertThat(fixture.task(id).consecutiveFailures()).isZero();
    fixture.did(tx -> Assignments.assign(tx, id, null));
    assertThat(fixture.task(id).assignee()).isNull();
    assertThat(fixture.kinds(id)).containsExactly("created", "assigned", "assigned", "assigned");
    assertThat(fixture.did(tx -> Assignments.assign(tx, "t_x", "a"))).isFalse();
    fixture.claim(id);
    assertThatThrownBy(() -> fixture.did(tx -> Assignments.assign(tx, id, "a")))
        .isInstanceOf(ConflictException.class);
  }

  @Test
  void shouldListInTheOrderAskedFor() {
    String low = fixture.create(NewTask.titled("b").withPriority(1).withAssignee("x"));
    fixture.pass(1);
    String high = fixture.create(NewTask.titled("a").withPriority(5).withTenant("acme"));
    assertThat(ids(TaskFilter.all())).containsExactly(high, low);
    assertThat(ids(TaskFilter.all().withSort("priority-desc"))).containsExactly(low, high);
    assertThat(ids(TaskFilter.all().withSort("created"))).containsExactly(low, high);
    assertThat(ids(TaskFilter.all().withAssignee(" X"))).containsExactly(low);
    assertThat(ids(TaskFilter.all().withTenant("acme").withLimit(1))).containsExactly(high);
    fixture.did(tx -> new Archives(fixture.recompute).archive(tx, low));
    assertThat(ids(TaskFilter.all())).containsExactly(high);
    assertThat(ids(TaskFilter.all().withArchived(true))).hasSize(2);
    assertThat(ids(TaskFilter.all().withStatus("archived"))).containsExactly(low);
    assertThatThrownBy(() -> ids(TaskFilter.all().withSort("size")))
        .isInstanceOf(InvalidRequestException.class);
    assertThatThrownBy(() -> ids(TaskFilter.all().withStatus("gone")))
        .isInstanceOf(InvalidRequestException.class);
  }

  private List<String> ids(TaskFilter filter) {
    return fixture.board.<List<Task>>read(tx -> TaskList.list(tx, filter)).stream()
        .map(Task::id)
        .toList();
  }

  @Test
  void shouldStoreBranchesWithoutBlanksAtTheirEnds() {
    NewTask worktree = NewTask.titled("t");
    assertThat(fixture
            .task(fixture.create(worktree.withWorkspace("worktree", "/r", " wt/x ")))
            .branchName())
        .isEqualTo("wt/x");
    assertThat(fixture
            .task(fixture.create(worktree.withWorkspace("scratch", null, " ")))
            .branchName())
        .isNull();
  }
}
