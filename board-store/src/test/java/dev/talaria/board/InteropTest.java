package dev.talaria.board;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.talaria.board.audit.BoardAudit;
import dev.talaria.board.dispatch.GrantClaims;
import dev.talaria.board.dispatch.RunEnd;
import dev.talaria.board.dispatch.RunEnds;
import dev.talaria.board.dispatch.Verdicts;
import dev.talaria.board.model.Hermes;
import dev.talaria.board.notify.Cursors;
import dev.talaria.board.notify.EventClaim;
import dev.talaria.board.notify.SubscriptionKey;
import dev.talaria.board.notify.Subscriptions;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Task;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.transition.Archives;
import dev.talaria.board.transition.Blocks;
import dev.talaria.board.transition.ClaimResult;
import dev.talaria.board.transition.Claims;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import dev.talaria.board.transition.Deletions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The acceptance checks of contract section 13, by their numbers, with a process that does what the contract says hermes
 * does (see {@link Hermes}). Numbers 5 and 12 are in {@link ContentionTest} and in the tests of the worker context.
 */
class InteropTest extends BoardTest {
  private static final String EMOJI = "🚀";

  private Hermes hermes;

  @BeforeEach
  void meet() {
    Python.assume();
    hermes = Hermes.on(fixture.board.path());
  }

  @AfterEach
  void part() {
    if (hermes != null) {
      assertThat(hermes.call("integrity").asText()).isEqualTo("ok");
      hermes.close();
      assertThat(fixture.board.read(BoardAudit::violations)).isEmpty();
    }
  }

  /** Number 1. */
  @Test
  void shouldMakeBoardsThatHermesTakesAsItsOwn() {
    List<String> before = objects(fixture.board);
    JsonNode ours = hermes.call("schema");
    Path fresh = directory.resolve("hermes.db");
    try (Hermes alone = Hermes.on(fresh)) {
      JsonNode its = alone.call("schema");

      assertThat(ours).isEqualTo(its);
      assertThat(ours.get("indexes")).hasSize(13);
    }
    assertThat(objects(fixture.board)).as("hermes adds nothing").isEqualTo(before);
  }

  /** Number 2, for a board of today's form; older ones are in OpeningTest. */
  @Test
  void shouldOpenABoardThatHermesMade() {
    Path file = directory.resolve("made by hermes.db");
    try (Hermes alone = Hermes.on(file)) {
      alone.call("create", "id", "t_1", "title", "ünï", "assignee", "coder");
      long run = alone.call("claim", "task", "t_1").asLong();

      try (Board board = Board.open(file, fixture.board.options())) {
        Task task =
            board.read(tx -> dev.talaria.board.task.Tasks.find(tx, "t_1")).orElseThrow();
        assertThat(task.currentRunId()).isEqualTo(run);
        assertThat(task.title()).isEqualTo("ünï");
        assertThat(complete(board, "t_1", run, "done")).isTrue();
        assertThat(alone.call("show", "task", "t_1").at("/task/status").asText())
            .isEqualTo("done");
        assertThat(board.read(BoardAudit::violations)).isEmpty();
      }
    }
  }

  /** Number 3. */
  @Test
  void shouldLetHermesFinishWhatOursClaimed() {
    String id = fixture.ready("task");
    long run = fixture.claim(id);
    long expires = fixture.task(id).claimExpires();

    assertThat(hermes.at(fixture.now() + 50, "heartbeat_claim", "task", id, "lock", "other:1"))
        .hasToString("false");
    assertThat(hermes.at(fixture.now() + 50, "heartbeat_claim", "task", id, "lock", "host:1"))
        .hasToString("true");
    assertThat(fixture.task(id).claimExpires()).isEqualTo(expires + 50);
    assertThat(hermes.call("heartbeat", "task", id, "run", run + 1).asBoolean()).isFalse();
    assertThat(hermes.call("heartbeat", "task", id, "run", run).asBoolean()).isTrue();
    assertThat(
            hermes.call("complete", "task", id, "summary", "ok", "run", run + 1).asBoolean())
        .isFalse();
    assertThat(hermes.call("complete", "task", id, "summary", "ok", "run", run).asBoolean())
        .isTrue();

    assertThat(fixture.status(id)).isEqualTo("done");
    assertThat(fixture.kinds(id))
        .containsExactly("created", "claimed[r]", "heartbeat[r]", "completed[r]");
    JsonNode closed = hermes.call("show", "task", id).at("/runs/0");
    assertThat(closed.get("status").asText()).isEqualTo("done");
    assertThat(closed.get("outcome").asText()).isEqualTo("completed");
    assertThat(closed.get("claim_lock").isNull()).isTrue();
  }

  /** Number 4. */
  @Test
  void shouldFinishWhatHermesClaimed() {
    String id = fixture.ready("task");
    long run = hermes.call("claim", "task", id).asLong();

    assertThat(complete(fixture.board, id, run + 1, "no")).isFalse();
    assertThat(fixture.status(id)).isEqualTo("running");
    assertThat(complete(fixture.board, id, run, "yes")).isTrue();
    assertThat(hermes.call("claim", "task", id).isNull()).isTrue();
  }

  /** Number 6. */
  @Test
  void shouldAgreeOnWhatAPersonBlocked() {
    String id = fixture.ready("task");
    assertThat(fixture.did(tx -> Blocks.block(tx, id, "why", null))).isTrue();
    assertThat(hermes.call("recompute").asInt()).isZero();
    assertThat(fixture.status(id)).isEqualTo("blocked");
    assertThat(hermes.call("unblock", "task", id).asBoolean()).isTrue();
    assertThat(fixture.counted(fixture.recompute::recompute)).isZero();
    assertThat(fixture.status(id)).isEqualTo("ready");

    assertThat(hermes.call("block", "task", id, "reason", "theirs").asBoolean()).isTrue();
    assertThat(fixture.counted(fixture.recompute::recompute)).isZero();
    assertThat(fixture.did(tx -> Blocks.unblock(tx, id))).isTrue();
    assertThat(hermes.call("claim", "task", id).isNumber()).isTrue();
  }

  /** Number 7, and the other way round: hermes's own give-up stays blocked for ours (C2). */
  @Test
  void shouldKeepAGivenUpTaskBlockedOnBothSides() {
    String id = fixture.ready("task");
    long run = grant(id);
    fixture.did(tx -> RunEnds.closeRun(
        tx, id, run, RunEnd.of("crashed", "crashed").counted().awaitingDecision(tx.now(), null)));
    assertThat(hermes.call("claim", "task", id).isNull())
        .as("a task whose verdict is awaited is not hermes's either")
        .isTrue();
    fixture.did(tx -> new Verdicts(fixture.recompute)
        .giveUp(tx, id, run, BoardJson.object().put("error", "boom")));

    assertThat(hermes.call("recompute").asInt()).isZero();
    assertThat(hermes.call("list").get(0).get("status").asText()).isEqualTo("blocked");
    assertThat(hermes.call("unblock", "task", id).asBoolean()).isTrue();
    assertThat(fixture.status(id)).isEqualTo("ready");

    String theirs = fixture.ready("theirs");
    hermes.call("claim", "task", theirs);
    assertThat(hermes
            .call("spawn_failed", "task", theirs, "error", "no", "limit", 1)
            .asBoolean())
        .isTrue();
    assertThat(fixture.counted(fixture.recompute::recompute)).isZero();
    assertThat(fixture.status(theirs)).isEqualTo("blocked");
  }

  /** Number 8. */
  @Test
  void shouldKeepATaskThatWasCreatedBlocked() {
    String id = fixture.create(NewTask.titled("t").withInitialStatus("blocked"));

    assertThat(hermes.call("list").get(0).get("status").asText()).isEqualTo("blocked");
    assertThat(fixture.kinds(id)).containsExactly("created", "blocked");
  }

  /** Number 9. */
  @Test
  void shouldNotDisturbHermesWithOwnKindsAndColumns() {
    String id = fixture.ready("task");
    long run = grant(id);
    fixture.board.change(tx -> tx.update("ALTER TABLE tasks ADD COLUMN talaria_note TEXT"));
    fixture.did(tx -> RunEnds.closeRun(
        tx, id, run, RunEnd.of("rate_limited", "rate_limited").awaitingDecision(tx.now(), null)));
    fixture.did(tx -> new Verdicts(fixture.recompute).setModel(tx, id, run, null, "bigger", 1));
    fixture.did(tx -> new Verdicts(fixture.recompute).release(tx, id, run));

    JsonNode shown = hermes.call("show", "task", id);
    assertThat(shown.at("/task/model_override").asText()).isEqualTo("bigger");
    assertThat(shown.get("events")).anyMatch(e -> e.get("kind").asText().equals("model_escalated"));
    assertThat(hermes.call("list")).hasSize(1);
    assertThat(hermes.call("claim", "task", id).isNumber()).isTrue();
  }

  /** Number 10. */
  @Test
  void shouldCountAstralCharactersAsHermesDoes() {
    for (String text :
        List.of(EMOJI.repeat(450), "a" + EMOJI.repeat(399) + "b\nsecond", "é\u2028x")) {
      String ours = fixture.ready("ours");
      String theirs = fixture.ready("theirs");
      fixture.board.change(tx -> new Completions(fixture.recompute)
          .complete(tx, ours, Completion.empty().withSummary(text).withResult(text)));
      hermes.call("complete", "task", theirs, "summary", text, "result", text);

      assertThat(BoardJson.parseObject(fixture.payload(ours, "completed")))
          .isEqualTo(BoardJson.parseObject(fixture.payload(theirs, "completed")));
    }
    String error = EMOJI.repeat(600);
    String ours = fixture.ready("ours");
    String theirs = fixture.ready("theirs");
    fixture.claim(ours);
    fixture.claim(theirs);
    fixture.did(tx -> new dev.talaria.board.transition.Failures(fixture.recompute)
        .spawnFailed(tx, ours, error, 5L));
    hermes.call("spawn_failed", "task", theirs, "error", error, "limit", 5);
    assertThat(fixture.task(ours).lastFailureError())
        .isEqualTo(fixture.task(theirs).lastFailureError())
        .isEqualTo(EMOJI.repeat(500));
  }

  /** Number 11. */
  @Test
  void shouldReadAndWriteSkillsAsHermesDoes() {
    String some = fixture.create(NewTask.titled("t").withSkills(List.of("écrire", EMOJI)));
    String empty = fixture.create(NewTask.titled("t").withSkills(List.of()));
    String none = fixture.create(NewTask.titled("t"));

    assertThat(skills(some)).isEqualToIgnoringCase("[\"\\u00e9crire\",\"\\ud83d\\ude80\"]");
    assertThat(skills(empty)).isEqualTo("[]");
    assertThat(hermes.call("show", "task", none).at("/task/skills").isNull()).isTrue();
    fixture.board.change(tx -> tx.update("UPDATE tasks SET skills = '[nope' WHERE id = ?", some));
    assertThat(fixture.task(some).skills()).isNull();
    assertThat(fixture.task(empty).skills()).isEmpty();
  }

  /** Number 13. */
  @Test
  void shouldLeaveNothingOfADeletedTask() {
    String parent = fixture.ready("parent");
    String id = fixture.childOf(parent);
    String child = fixture.childOf(id);
    hermes.call("comment", "task", id, "author", "ann", "body", "hm");
    hermes.call("subscribe", "task", id, "platform", "p", "chat_id", "c");
    hermes.call("complete", "task", parent, "summary", "s");
    hermes.call("claim", "task", id);
    fixture.did(tx -> new Archives(fixture.recompute).archive(tx, id));

    assertThat(fixture.did(tx -> new Deletions(fixture.recompute).deleteArchived(tx, id)))
        .isTrue();

    assertThat(hermes.call("show", "task", id).isNull()).isTrue();
    for (String table :
        List.of("task_comments", "task_events", "task_runs", "kanban_notify_subs")) {
      assertThat(fixture.counted(tx ->
              (int) tx.number("SELECT count(*) AS n FROM " + table + " WHERE task_id = ?", id)))
          .as(table)
          .isZero();
    }
    assertThat(hermes.call("show", "task", child).get("parents")).isEmpty();
  }

  /** Number 14. */
  @Test
  void shouldTellEachEventToOneNotifierOnly() {
    String id = fixture.ready("task");
    var key = SubscriptionKey.of(id, "p", "c", null);
    List<String> kinds = List.of("completed", "blocked");
    fixture.did(tx -> Subscriptions.add(tx, key, null, null));
    hermes.call("complete", "task", id, "summary", "s");

    EventClaim ours = fixture.board.write(tx -> Cursors.claim(tx, key, kinds));
    assertThat(ours.events()).extracting("kind").containsExactly("completed");
    assertThat(unseen(id, kinds).get(2)).isEmpty();
    assertThat(fixture.did(tx -> Cursors.rewind(tx, key, ours))).isTrue();

    JsonNode theirs = unseen(id, kinds);
    assertThat(theirs.get(2)).hasSize(1);
    assertThat(
            fixture.board.<EventClaim>write(tx -> Cursors.claim(tx, key, kinds)).events())
        .isEmpty();
    assertThat(hermes
            .call(
                "rewind",
                "task",
                id,
                "platform",
                "p",
                "chat_id",
                "c",
                "claimed",
                theirs.get(1).asLong() + 1,
                "old",
                0)
            .asBoolean())
        .as("someone claimed further")
        .isFalse();
  }

  /** Number 15. */
  @Test
  void shouldBeSeenAliveByADispatcherOfHermes() {
    String host = hermes.call("hostname").asText();
    String id = fixture.ready("task");
    String dead = fixture.ready("dead");
    for (String task : List.of(id, dead)) {
      fixture.board.write(tx -> Claims.claim(tx, task, host + ":77:uuid", 5));
    }
    fixture.board.change(tx -> {
      Claims.setWorkerPid(tx, id, ProcessHandle.current().pid());
      Claims.setWorkerPid(tx, dead, 99_999_999);
    });

    long reclaimed = hermes.at(fixture.now() + 6, "release_stale").asLong();

    assertThat(reclaimed).isEqualTo(1);
    assertThat(fixture.kinds(id)).endsWith("spawned[r]", "claim_extended[r]");
    assertThat(fixture.status(id)).isEqualTo("running");
    assertThat(fixture.kinds(dead)).endsWith("spawned[r]", "reclaimed[r]");
    assertThat(fixture.status(dead)).isEqualTo("ready");
  }

  /** 1.5: what hermes does after each commit must not take our locks away, nor its own. */
  @Test
  void shouldSurviveTheLookAtTheFilesHeader() throws Exception {
    for (int i = 0; i < 40; i++) {
      String id = fixture.ready("t" + i);
      assertThat(hermes.call("claim", "task", id).isNumber()).isTrue();
      assertThat(complete(fixture.board, id, null, "ours")).isTrue();
    }
    assertThat(Files.exists(directory.resolve("kanban.db-wal"))).isTrue();
    assertThat(hermes.call("list").size()).isEqualTo(40);
  }

  private long grant(String id) {
    ClaimResult result = fixture.board.write(
        tx -> GrantClaims.claimForLauncher(tx, id, "h:1:u", 60, "h/launcher/main", 1, "i", 24));
    return ((ClaimResult.Granted) result).runId();
  }

  private boolean complete(Board board, String id, Long run, String summary) {
    return board
        .write(tx -> new Completions(fixture.recompute)
            .complete(tx, id, Completion.empty().withSummary(summary).withRun(run)))
        .completed();
  }

  private String skills(String id) {
    return hermes.call("show", "task", id).at("/task/skills").asText();
  }

  private JsonNode unseen(String id, List<String> kinds) {
    return hermes.call("claim_unseen", "task", id, "platform", "p", "chat_id", "c", "kinds", kinds);
  }

  private static List<String> objects(Board board) {
    return board.read(tx -> tx.list(
        "SELECT type || ' ' || name || ' ' || ifnull(sql, '') AS line FROM sqlite_master ORDER BY 1",
        row -> row.requireText("line")));
  }
}
