package dev.talaria.board.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.BoardTest;
import dev.talaria.board.diagnostics.Thresholds.TriageHelp;
import dev.talaria.board.event.Events;
import dev.talaria.board.task.Comments;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.transition.Archives;
import dev.talaria.board.transition.Blocks;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiagnosticsTest extends BoardTest {
  private static final long DAY = 86_400;

  private List<Diagnostic> findings(String task) {
    return findings(task, Thresholds.DEFAULT);
  }

  /** As the task by itself shows them; the whole board must say the same. */
  private List<Diagnostic> findings(String task, Thresholds thresholds) {
    List<Diagnostic> ofTask = fixture
        .board
        .read(tx -> Diagnostics.ofTask(tx, task, thresholds))
        .map(TaskDiagnostics::findings)
        .orElse(List.of());
    List<TaskDiagnostics> board = fixture.board.read(tx -> Diagnostics.ofBoard(tx, thresholds));
    List<Diagnostic> ofBoard = board.stream()
        .filter(one -> one.task().id().equals(task))
        .findFirst()
        .map(TaskDiagnostics::findings)
        .orElse(List.of());
    assertThat(ofBoard).as("task and board agree").isEqualTo(ofTask);
    return ofTask;
  }

  private Optional<Diagnostic> finding(String task, String kind) {
    return findings(task).stream().filter(one -> one.kind().equals(kind)).findFirst();
  }

  private List<TaskDiagnostics> wholeBoard() {
    return fixture.board.read(tx -> Diagnostics.ofBoard(tx, Thresholds.DEFAULT));
  }

  private void complete(String task, Completion completion) {
    fixture.board.write(tx -> new Completions(fixture.recompute).complete(tx, task, completion));
  }

  private void set(String task, String assignments) {
    fixture.board.change(
        tx -> tx.update("UPDATE tasks SET " + assignments + " WHERE id = ?", task));
  }

  private long run(String task, String outcome) {
    return fixture.board.write(tx -> tx.insert(
        "INSERT INTO task_runs (task_id, profile, status, outcome, error, started_at, ended_at) VALUES (?, 'coder', ?, ?, 'boom', ?, ?) RETURNING id AS n",
        task,
        outcome,
        outcome,
        tx.now(),
        tx.now()));
  }

  private void event(String task, String kind, @Nullable ObjectNode payload) {
    fixture.board.change(tx -> Events.append(tx, task, null, kind, payload));
  }

  @Test
  void shouldFindNothingOnAHealthyBoard() {
    String parent = fixture.ready("a");
    fixture.childOf(parent);
    fixture.create(NewTask.titled("unassigned"));
    fixture.claim(parent);
    fixture.pass(10 * DAY);

    assertThat(wholeBoard()).isEmpty();
  }

  @Test
  void shouldTellCardsThatDoNotExistUntilACompletionSucceeds() {
    String task = fixture.ready("t");
    complete(task, Completion.empty().withCreatedCards(List.of("t_aaaaaaaa", "t_bbbbbbbb")));
    fixture.pass(5);
    complete(task, Completion.empty().withCreatedCards(List.of("t_cccccccc")));

    Diagnostic found = finding(task, "hallucinated_cards").orElseThrow();

    assertThat(found.severity()).isEqualTo(Severity.ERROR);
    assertThat(found.data().toString())
        .isEqualTo("{\"phantom_ids\":[\"t_aaaaaaaa\",\"t_bbbbbbbb\",\"t_cccccccc\"]}");
    assertThat(found.count()).isEqualTo(2);
    assertThat(found.lastSeenAt() - found.firstSeenAt()).isEqualTo(5);
    complete(task, Completion.empty());
    assertThat(findings(task)).as("a clean completion clears it").isEmpty();
  }

  @Test
  void shouldTellReferencesToNothingUntilAnEdit() {
    String task = fixture.ready("t");
    complete(task, Completion.empty().withSummary("see t_deadbeef and t_deadbeef"));

    Diagnostic found = finding(task, "prose_phantom_refs").orElseThrow();

    assertThat(found.severity()).isEqualTo(Severity.WARNING);
    assertThat(found.data().toString()).isEqualTo("{\"phantom_refs\":[\"t_deadbeef\"]}");
    event(task, "edited", null);
    assertThat(findings(task)).isEmpty();
  }

  @Test
  void shouldLeaveOutArchivedTasks() {
    String task = fixture.ready("t");
    complete(task, Completion.empty().withSummary("see t_deadbeef"));
    set(task, "consecutive_failures = 9");
    fixture.did(tx -> new Archives(fixture.recompute).archive(tx, task));

    assertThat(wholeBoard()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1,", "2,error", "3,error", "4,critical", "40,critical"})
  void shouldTellRepeatedFailures(int failures, @Nullable String severity) {
    String task = fixture.ready("t");
    run(task, "crashed");
    fixture.pass(10);
    long last = run(task, "timed_out");
    set(task, "consecutive_failures = " + failures + ", last_failure_error = 'too slow'");

    Optional<Diagnostic> found = finding(task, "repeated_failures");

    assertThat(found.map(one -> one.severity().wire()).orElse(null)).isEqualTo(severity);
    found.ifPresent(one -> {
      assertThat(one.runId()).isEqualTo(last);
      assertThat(one.count()).isEqualTo(failures);
      assertThat(one.data().toString())
          .isEqualTo(
              "{\"consecutive_failures\":%d,\"most_recent_outcome\":\"timed_out\",\"last_error\":\"too slow\",\"failure_threshold\":2,\"failure_limit\":2}"
                  .formatted(failures));
      assertThat(one.actions().get(0).suggested()).isTrue();
    });
  }

  @Test
  void shouldForgetFailuresOfACompletedTask() {
    String task = fixture.ready("t");
    run(task, "crashed");
    run(task, "crashed");
    set(task, "consecutive_failures = 5");
    assertThat(findings(task)).extracting(Diagnostic::kind).containsExactly("repeated_failures");

    complete(task, Completion.empty());

    assertThat(findings(task)).isEmpty();
  }

  @Test
  void shouldTellCrashesThatTheCountDoesNotShow() {
    String task = fixture.ready("t");
    run(task, "crashed");
    run(task, "completed");
    run(task, "crashed");
    assertThat(findings(task)).as("one since the completion").isEmpty();
    run(task, "timed_out");
    long last = run(task, "crashed");

    Diagnostic found = finding(task, "repeated_crashes").orElseThrow();

    assertThat(found.severity()).isEqualTo(Severity.ERROR);
    assertThat(found.runId()).isEqualTo(last);
    assertThat(found.data().toString())
        .isEqualTo("{\"consecutive_crashes\":2,\"last_error\":\"boom\"}");
    run(task, "crashed");
    run(task, "crashed");
    assertThat(finding(task, "repeated_crashes").orElseThrow().severity())
        .isEqualTo(Severity.CRITICAL);
    set(task, "consecutive_failures = 2");
    assertThat(findings(task))
        .as("one finding says it")
        .extracting(Diagnostic::kind)
        .containsExactly("repeated_failures");
    set(task, "consecutive_failures = 0");
    run(task, "reclaimed");
    assertThat(findings(task)).isEmpty();
  }

  @Test
  void shouldTellABlockWithoutAWord() {
    String task = fixture.ready("t");
    fixture.did(tx -> Blocks.block(tx, task, "needs a key", null));
    fixture.board.write(tx -> Comments.add(tx, task, "ann", "BLOCKED: needs a key"));
    fixture.pass(DAY - 1);
    assertThat(findings(task)).isEmpty();
    fixture.pass(1);

    Diagnostic found = finding(task, "stuck_in_blocked").orElseThrow();

    assertThat(found.severity()).isEqualTo(Severity.WARNING);
    assertThat(found.detail()).contains("needs a key");
    assertThat(found.data().path("age_hours").asDouble()).isEqualTo(24);
    assertThat(found.data().path("blocked_at").asLong()).isEqualTo(fixture.now() - DAY);
    fixture.board.write(tx -> Comments.add(tx, task, "ann", "soon"));
    assertThat(findings(task)).as("somebody answered").isEmpty();
  }

  @Test
  void shouldTellATaskThatGaveUpAsStuck() {
    String task = fixture.ready("t");
    set(task, "status = 'blocked'");
    event(task, "gave_up", BoardJson.object().put("error", "e"));
    fixture.pass(2 * DAY);

    assertThat(findings(task)).extracting(Diagnostic::kind).containsExactly("stuck_in_blocked");
    fixture.did(tx -> Blocks.unblock(tx, task));
    assertThat(finding(task, "stuck_in_blocked")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1799,", "1800,warning", "3599,warning", "3600,error", "10799,error", "10800,critical"
  })
  void shouldTellAReadyTaskThatNobodyTakes(long age, @Nullable String severity) {
    String task = fixture.ready("t");
    fixture.pass(age);

    Optional<Diagnostic> found = finding(task, "stranded_in_ready");

    assertThat(found.map(one -> one.severity().wire()).orElse(null)).isEqualTo(severity);
    found.ifPresent(one -> assertThat(one.data().toString())
        .isEqualTo(
            "{\"ready_since\":%d,\"age_seconds\":%d,\"assignee\":\"coder\",\"threshold_seconds\":1800}"
                .formatted(fixture.now() - age, age)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "promoted",
        "promoted_manual",
        "reclaimed",
        "unblocked",
        "crashed",
        "timed_out",
        "stale",
        "spawn_failed",
        "protocol_violation",
        "launcher_lost",
        "rate_limited",
        "decided"
      })
  void shouldNotTellAFreshRetryAsStranded(String kind) {
    String task = fixture.ready("t");
    fixture.pass(DAY);
    assertThat(findings(task)).hasSize(1);

    event(task, kind, null);

    assertThat(findings(task)).isEmpty();
    fixture.pass(1800);
    assertThat(finding(task, "stranded_in_ready")
            .orElseThrow()
            .data()
            .path("age_seconds")
            .asLong())
        .isEqualTo(1800);
  }

  @Test
  void shouldHeedOnlyDirectMovesToReady() {
    String task = fixture.ready("t");
    fixture.pass(DAY);
    event(task, "status", BoardJson.object().put("status", "todo"));
    assertThat(findings(task)).hasSize(1);
    event(task, "status", BoardJson.object().put("status", "ready"));
    assertThat(findings(task)).isEmpty();
  }

  @Test
  void shouldNotTellHeldClaimedOrUnassignedTasksAsStranded() {
    String held = fixture.ready("held");
    String locked = fixture.ready("locked");
    String nobodys = fixture.create(NewTask.titled("nobody's"));
    fixture.board.change(tx -> tx.update(
        "INSERT INTO talaria_holds (task_id, run_id, reason, since) VALUES (?, 1, 'backoff', 1)",
        held));
    set(locked, "claim_lock = 'decision:1'");
    fixture.pass(DAY);

    for (String task : List.of(held, locked, nobodys)) {
      assertThat(findings(task)).isEmpty();
    }
  }

  @Test
  void shouldTellThatNothingHelpsWithTriageOnlyWhenThatIsKnown() {
    String idea = fixture.create(NewTask.titled("idea").withTriage(true));

    assertThat(findings(idea)).as("nothing is known").isEmpty();
    assertThat(findings(idea, helped(true, false, false))).isEmpty();
    assertThat(findings(idea, helped(false, true, false))).isEmpty();
    assertThat(findings(idea, helped(false, false, true))).isEmpty();
    Diagnostic found = findings(idea, helped(false, false, false)).get(0);
    assertThat(found.data().toString())
        .isEqualTo(
            "{\"task_id\":\"%s\",\"auto_decompose\":true,\"primary_slot\":\"auxiliary.kanban_decomposer\",\"main_model_visible\":false}"
                .formatted(idea));
  }

  private static Thresholds helped(boolean slot, boolean model, boolean command) {
    return new Thresholds(2, 2, 2, DAY, 1800, new TriageHelp(true, slot, model, command));
  }

  @Test
  void shouldHeedThresholds() {
    String task = fixture.ready("t");
    set(task, "consecutive_failures = 3");
    fixture.pass(59);

    assertThat(findings(task, new Thresholds(4, 7, 2, DAY, 60, null))).isEmpty();
    assertThat(findings(task, new Thresholds(3, 7, 2, DAY, 59, null)))
        .extracting(Diagnostic::kind)
        .containsExactly("repeated_failures", "stranded_in_ready");
  }

  @Test
  void shouldPutTheWorstFirst() {
    String stranded = fixture.ready("stranded");
    fixture.pass(1900);
    String failing = fixture.ready("failing");
    set(failing, "consecutive_failures = 2");
    String worse = fixture.ready("worse");
    set(worse, "consecutive_failures = 4");

    List<TaskDiagnostics> all = wholeBoard();

    assertThat(all).extracting(one -> one.task().id()).containsExactly(worse, failing, stranded);
    assertThat(all.get(2).atLeast(Severity.ERROR)).isEmpty();
    assertThat(all.get(1).atLeast(Severity.ERROR)).isPresent();
  }

  @Test
  void shouldBearOddData() {
    String task = fixture.ready("t");
    fixture.board.change(tx -> {
      tx.update(
          "INSERT INTO task_events (task_id, kind, payload, created_at) VALUES (?, 'completion_blocked_hallucination', '[broken', 'yesterday')",
          task);
      tx.update(
          "INSERT INTO task_events (task_id, kind, payload, created_at) VALUES (?, 'completion_blocked_hallucination', '{\"phantom_cards\": 7}', 5)",
          task);
      tx.update("UPDATE tasks SET created_at = 'long ago' WHERE id = ?", task);
    });

    assertThat(findings(task)).extracting(Diagnostic::kind).contains("hallucinated_cards");
    assertThat(findings("t_nope")).isEmpty();
  }

  @Test
  void shouldPrintTheKeysOfTheContract() {
    String task = fixture.ready("t");
    fixture.pass(DAY);

    ObjectNode json = fixture
        .board
        .read(tx -> Diagnostics.ofBoard(tx, Thresholds.DEFAULT))
        .get(0)
        .json();

    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly("task_id", "title", "status", "assignee", "diagnostics");
    assertThat(json.at("/diagnostics/0").fieldNames())
        .toIterable()
        .containsExactly(
            "kind",
            "severity",
            "title",
            "detail",
            "actions",
            "first_seen_at",
            "last_seen_at",
            "count",
            "run_id",
            "data");
    assertThat(json.at("/diagnostics/0/actions/0").fieldNames())
        .toIterable()
        .containsExactly("kind", "label", "payload", "suggested");
    assertThat(task).isEqualTo(json.get("task_id").asText());
  }

  @Test
  void shouldFindCandidatesThroughIndexes() {
    assertThat(plan(Suspicions.CANDIDATES, "k")).contains("COVERING INDEX talaria_warnings");
    assertThat(plan(RepeatedFailures.CANDIDATES, 2)).contains("talaria_failing");
    assertThat(plan(RepeatedCrashes.CANDIDATES, 2)).contains("COVERING INDEX talaria_crashes");
    assertThat(plan(StuckInBlocked.CANDIDATES, 2))
        .contains("SEARCH t USING INDEX idx_tasks_status")
        .contains("talaria_stops");
    assertThat(plan(StrandedInReady.CANDIDATES, 2)).contains("talaria_ready");
    assertThat(plan(TriageAuxUnavailable.CANDIDATES)).contains("idx_tasks_status");
    assertThat(plan(StrandedInReady.NEWEST_FIRST, "t", "[]")).contains("idx_events_task");
    assertThat(plan(Facts.EVENTS, "t", "[]")).contains("idx_events_task");
    assertThat(plan(Facts.CLOSED_RUNS, "t", 1)).contains("idx_runs_task");
  }

  /** The steps; none of them may walk a table of the board. */
  private String plan(String sql, Object... parameters) {
    List<String> steps = fixture.board.read(tx -> tx.list(
        "EXPLAIN QUERY PLAN " + sql, row -> String.valueOf(row.text("detail")), parameters));
    assertThat(steps).noneMatch(step -> step.matches("SCAN (t|task_events|task_runs|tasks)"));
    return String.join("\n", steps);
  }
}
