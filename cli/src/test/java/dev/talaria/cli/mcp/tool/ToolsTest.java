package dev.talaria.cli.mcp.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.task.Comments;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.transition.Blocks;
import dev.talaria.board.transition.Claims;
import dev.talaria.cli.CliRig;
import dev.talaria.cli.mcp.ToolRig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of contract 9, tool by tool, on a real board. */
class ToolsTest {
  private static final long NOW = CliRig.NOW.getEpochSecond();

  @TempDir
  Path home;

  private ToolRig rig;

  @BeforeEach
  void aHome() {
    rig = new ToolRig(home);
  }

  @AfterEach
  void noToolFailedByItself() {
    assertThat(rig.failures).isEmpty();
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void shouldOfferAWorkerItsSevenTools() {
    rig.workOn(rig.task("a"));

    assertThat(rig.offered())
        .containsExactlyInAnyOrder(
            "kanban_show",
            "kanban_complete",
            "kanban_block",
            "kanban_heartbeat",
            "kanban_comment",
            "kanban_create",
            "kanban_link");
  }

  @Test
  void shouldOfferAnOrchestratorOnlyWhatRoutesWork() {
    assertThat(rig.offered())
        .containsExactlyInAnyOrder(
            "kanban_list",
            "kanban_show",
            "kanban_create",
            "kanban_comment",
            "kanban_link",
            "kanban_unblock");
  }

  @Test
  void shouldRefuseHiddenToolsAtTheCallToo() {
    String task = rig.task("a");
    assertThat(rig.refused(
            "kanban_complete", "{\"task_id\":\"%s\",\"summary\":\"x\"}".formatted(task)))
        .contains("for the worker of a task");
    rig.workOn(task);

    assertThat(rig.refused("kanban_list", "{}")).contains("for orchestrators");
    assertThat(rig.refused("kanban_unblock", "{\"task_id\":\"%s\"}".formatted(task)))
        .contains("for orchestrators");
    assertThat(rig.status(task)).isEqualTo("running");
  }

  @Test
  void shouldDescribeEachToolAndArgumentForAModel() {
    for (Tool tool : rig.toolbox().tools()) {
      JsonNode schema = tool.schema().json();
      assertThat(tool.name()).startsWith("kanban_");
      assertThat(tool.description()).as(tool.name()).hasSizeGreaterThan(100).doesNotContain("\n");
      assertThat(schema.at("/type").asText()).isEqualTo("object");
      assertThat(names(schema.get("properties"))).contains("board");
      schema
          .get("required")
          .forEach(name ->
              assertThat(names(schema.get("properties"))).as(tool.name()).contains(name.asText()));
      schema
          .get("properties")
          .properties()
          .forEach(
              argument -> assertThat(argument.getValue().path("description").asText())
                  .as(tool.name() + " " + argument.getKey())
                  .isNotBlank());
    }
  }

  @Nested
  class Show {
    @Test
    void shouldShowTheOwnTaskWithAllFieldsOfTheContract() {
      String parent = rig.task("first");
      String task = rig.task(NewTask.titled("second").withBody("do it").withAssignee("coder"));
      rig.workOn(task);
      rig.done("kanban_comment", "{\"task_id\":\"%s\",\"body\":\"hello\"}".formatted(task));
      rig.done("kanban_link", "{\"parent_id\":\"%s\",\"child_id\":\"%s\"}".formatted(parent, task));

      ObjectNode shown = rig.done("kanban_show", "{}");

      assertThat(names(shown))
          .containsExactly(
              "task", "parents", "children", "comments", "events", "runs", "worker_context");
      assertThat(names(shown.get("task")))
          .containsExactly(
              "id",
              "title",
              "body",
              "assignee",
              "status",
              "tenant",
              "priority",
              "workspace_kind",
              "workspace_path",
              "created_by",
              "created_at",
              "started_at",
              "completed_at",
              "result",
              "current_run_id",
              "model_override");
      assertThat(shown.at("/task/id").asText()).isEqualTo(task);
      assertThat(shown.at("/parents/0").asText()).isEqualTo(parent);
      assertThat(names(shown.at("/comments/0"))).containsExactly("author", "body", "created_at");
      assertThat(names(shown.at("/events/0")))
          .containsExactly("kind", "payload", "created_at", "run_id");
      assertThat(names(shown.at("/runs/0")))
          .containsExactly(
              "id",
              "profile",
              "status",
              "outcome",
              "summary",
              "error",
              "metadata",
              "started_at",
              "ended_at");
      assertThat(shown.get("worker_context").asText())
          .startsWith("# Kanban task " + task + ": second")
          .contains("do it", "comment from worker `coder`");
    }

    @Test
    void shouldLetAWorkerReadAnyTask() {
      String other = rig.task("other");
      rig.workOn(rig.task("own"));

      assertThat(rig.done("kanban_show", "{\"task_id\":\" %s \"}".formatted(other))
              .at("/task/title")
              .asText())
          .isEqualTo("other");
    }

    @Test
    void shouldShowTheNewestFiftyEventsOnly() {
      String task = rig.task("busy");
      rig.onBoard(tx -> {
        for (int i = 0; i < 60; i++) {
          Comments.add(tx, task, "a", "comment " + i);
        }
        return task;
      });

      ObjectNode shown = rig.done("kanban_show", "{\"task_id\":\"%s\"}".formatted(task));

      assertThat(shown.get("events")).hasSize(50);
      assertThat(shown.get("comments")).hasSize(60);
      assertThat(shown.at("/events/0/kind").asText()).isEqualTo("commented");
    }

    @Test
    void shouldSayWhatIsMissing() {
      assertThat(rig.refused("kanban_show", "{}")).contains("task_id is missing");
      assertThat(rig.refused("kanban_show", "{\"task_id\":\"t_00000000\"}"))
          .contains("'t_00000000' is not on this board");
    }
  }

  @Nested
  class ListTasks {
    @Test
    void shouldLetGoWhatNothingHoldsBackAndListItInShort() {
      String parent = rig.task("p");
      String child = rig.task("c", parent);
      rig.onBoard(tx -> tx.update("UPDATE tasks SET status = 'done' WHERE id = ?", parent));

      ObjectNode list = rig.done("kanban_list", "{\"status\":\"ready\"}");

      assertThat(names(list))
          .containsExactly("tasks", "count", "limit", "truncated", "next_limit", "promoted");
      assertThat(list.get("promoted").asInt()).isEqualTo(1);
      assertThat(list.get("limit").asInt()).isEqualTo(50);
      assertThat(list.get("next_limit").isNull()).isTrue();
      JsonNode task = list.at("/tasks/0");
      assertThat(names(task))
          .containsExactly(
              "id",
              "title",
              "assignee",
              "status",
              "priority",
              "tenant",
              "workspace_kind",
              "workspace_path",
              "created_by",
              "created_at",
              "started_at",
              "completed_at",
              "current_run_id",
              "model_override",
              "parents",
              "children",
              "parent_count",
              "child_count");
      assertThat(task.get("id").asText()).isEqualTo(child);
      assertThat(task.get("parent_count").asInt()).isEqualTo(1);
      assertThat(task.get("child_count").asInt()).isZero();
    }

    @Test
    void shouldSayThatThereIsMoreAndHowToGetIt() {
      for (int i = 0; i < 3; i++) {
        rig.task("t" + i);
      }

      ObjectNode two = rig.done("kanban_list", "{\"limit\":\"2\"}");
      ObjectNode three = rig.done("kanban_list", "{\"limit\":3}");

      assertThat(two.get("count").asInt()).isEqualTo(2);
      assertThat(two.get("truncated").asBoolean()).isTrue();
      assertThat(two.get("next_limit").asInt()).isEqualTo(4);
      assertThat(three.get("truncated").asBoolean()).isFalse();
      assertThat(three.get("next_limit").isNull()).isTrue();
    }

    @Test
    void shouldOfferEveryStatusInItsSchema() {
      JsonNode statuses = new ListTool().schema().json().at("/properties/status/enum");

      assertThat(statuses)
          .extracting(JsonNode::asText)
          .contains("scheduled", "review", "archived", "triage")
          .hasSize(9);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = ';',
        quoteCharacter = '`',
        value = {
          "{\"limit\":0};limit is 0",
          "{\"limit\":201};limit is 201",
          "{\"limit\":\"many\"};whole number",
          "{\"limit\":1.5};whole number",
          "{\"limit\":true};whole number",
          "{\"status\":\"waiting\"};'waiting' is not a status",
          "{\"include_archived\":\"perhaps\"};true or false",
          "{\"assignee\":[]};must be a text"
        })
    void shouldRefuseWhatMakesNoSense(String arguments, String reason) {
      assertThat(rig.refused("kanban_list", arguments)).contains(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "\"true\"", "1", "\"1\"", "\"Yes\"", "\" TRUE \""})
    void shouldTakeTruthInManyForms(String truth) {
      String task = rig.task("old");
      rig.onBoard(tx -> tx.update("UPDATE tasks SET status = 'archived' WHERE id = ?", task));

      assertThat(rig.done("kanban_list", "{\"include_archived\":%s}".formatted(truth))
              .get("count")
              .asInt())
          .isEqualTo(1);
      assertThat(rig.done("kanban_list", "{\"include_archived\":\"no\"}")
              .get("count")
              .asInt())
          .isZero();
    }
  }

  @Nested
  class Complete {
    @Test
    void shouldFinishTheOwnTaskWithItsHandover() {
      String task = rig.task("a");
      long run = rig.workOn(task);
      rig.with("HERMES_SESSION_ID", "s-1");

      ObjectNode done = rig.done("kanban_complete", """
          {"summary":"works","metadata":{"n":1,"artifacts":["/a","/b"]},"artifacts":["/b"," /c ",""]}""");

      assertThat(done.toString())
          .isEqualTo("{\"ok\":true,\"task_id\":\"%s\",\"run_id\":%d}".formatted(task, run));
      assertThat(rig.status(task)).isEqualTo("done");
      JsonNode metadata = rig.onBoard(tx -> Tasks.run(tx, run)).orElseThrow().metadata();
      assertThat(metadata)
          .isEqualTo(ToolRig.parse(
              "{\"n\":1,\"artifacts\":[\"/a\",\"/b\",\"/c\"],\"worker_session_id\":\"s-1\"}"));
    }

    @Test
    void shouldTakeOneTextForAListAndJsonInATextForMetadata() {
      String task = rig.task("a");
      rig.workOn(task);
      String card = rig.done("kanban_create", "{\"title\":\"c\",\"assignee\":\"coder\"}")
          .get("task_id")
          .asText();

      rig.done(
          "kanban_complete",
          "{\"result\":\"r\",\"created_cards\":\"%s\",\"artifacts\":\"/x\",\"metadata\":\"{\\\"k\\\":2}\"}"
              .formatted(card));

      JsonNode completed = rig.onBoard(tx -> tx.list(
              "SELECT payload FROM task_events WHERE task_id = ? AND kind = 'completed'",
              row -> ToolRig.parse(row.requireText("payload")),
              task))
          .get(0);
      assertThat(completed.get("verified_cards"))
          .extracting(JsonNode::asText)
          .containsExactly(card);
      assertThat(completed.get("artifacts")).extracting(JsonNode::asText).containsExactly("/x");
    }

    @Test
    void shouldNamePhantomCardsAndLeaveTheTaskToBeCompletedAgain() {
      String task = rig.task("a");
      rig.workOn(task);

      String reason = rig.refused(
          "kanban_complete",
          "{\"summary\":\"s\",\"created_cards\":[\"t_dead0001\",\"t_dead0002\"]}");

      assertThat(reason).contains("t_dead0001, t_dead0002", "is unchanged", "again");
      assertThat(rig.status(task)).isEqualTo("running");
      assertThat(rig.kinds(task)).contains("completion_blocked_hallucination");
      rig.done("kanban_complete", "{\"summary\":\"s\",\"created_cards\":[]}");
      assertThat(rig.status(task)).isEqualTo("done");
    }

    @Test
    void shouldRefuseAnotherTask() {
      String other = rig.task("other");
      rig.workOn(rig.task("own"));

      for (String tool : List.of("kanban_complete", "kanban_block", "kanban_heartbeat")) {
        assertThat(rig.refused(
                tool, "{\"task_id\":\"%s\",\"summary\":\"s\",\"reason\":\"r\"}".formatted(other)))
            .contains("You are the worker of task", other, "kanban_comment");
      }
      assertThat(rig.status(other)).isEqualTo("ready");
    }

    @Test
    void shouldRefuseARunThatIsNoLongerTheTasks() {
      String task = rig.task("a");
      long old = rig.workOn(task);
      rig.onBoard(tx -> {
        tx.update("UPDATE task_runs SET ended_at = 1, status = 'reclaimed' WHERE id = ?", old);
        return tx.update(
            "UPDATE tasks SET status = 'ready', claim_lock = NULL, current_run_id = NULL WHERE id = ?",
            task);
      });
      rig.onBoard(tx -> Claims.claim(tx, task, "elsewhere:2", 900));

      for (String tool : List.of("kanban_complete", "kanban_block", "kanban_heartbeat")) {
        assertThat(rig.refused(tool, "{\"summary\":\"s\",\"reason\":\"r\"}"))
            .contains("run %d is not its run any more".formatted(old), "stop working");
      }
      assertThat(rig.status(task)).isEqualTo("running");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = ';',
        quoteCharacter = '`',
        value = {
          "{};summary is missing",
          "{\"summary\":\"  \",\"result\":\"\"};summary is missing",
          "{\"summary\":\"s\",\"metadata\":[1]};metadata must be a JSON object",
          "{\"summary\":\"s\",\"metadata\":\"no json\"};metadata must be a JSON object",
          "{\"summary\":\"s\",\"created_cards\":{\"a\":1}};must be a list of texts",
          "{\"summary\":\"s\",\"artifacts\":[[\"/a\"]]};must be a list of texts",
          "{\"summary\":{}};summary must be a text"
        })
    void shouldRefuseAnIncompleteHandover(String arguments, String reason) {
      String task = rig.task("a");
      rig.workOn(task);

      assertThat(rig.refused("kanban_complete", arguments)).contains(reason);
      assertThat(rig.status(task)).isEqualTo("running");
    }

    @Test
    void shouldTakeABlankSummaryForNone() {
      String task = rig.task("a");
      long run = rig.workOn(task);

      rig.done("kanban_complete", "{\"summary\":\" \\n\",\"result\":\"the result\"}");

      assertThat(rig.onBoard(tx -> Tasks.run(tx, run)).orElseThrow().summary())
          .isEqualTo("the result");
    }

    @Test
    void shouldSayWhyAFinishedTaskIsNotCompletedAgain() {
      String task = rig.task("a");
      rig.workOn(task);
      rig.done("kanban_complete", "{\"summary\":\"s\"}");

      assertThat(rig.refused("kanban_complete", "{\"summary\":\"s\"}"))
          .contains("could not complete task '%s'".formatted(task), "has completed it already");
      rig.with("HERMES_KANBAN_RUN_ID", "");
      assertThat(rig.refused("kanban_complete", "{\"summary\":\"s\"}")).contains("it is 'done'");
    }
  }

  @Nested
  class Block {
    @Test
    void shouldBlockTheOwnTaskWithAReason() {
      String task = rig.task("a");
      long run = rig.workOn(task);

      ObjectNode done = rig.done("kanban_block", "{\"reason\":\"need a key\"}");

      assertThat(done.toString())
          .isEqualTo("{\"ok\":true,\"task_id\":\"%s\",\"run_id\":%d}".formatted(task, run));
      assertThat(rig.status(task)).isEqualTo("blocked");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"reason\":null}", "{\"reason\":\" \\u00a0\"}"})
    void shouldWantAReason(String arguments) {
      String task = rig.task("a");
      rig.workOn(task);

      assertThat(rig.refused("kanban_block", arguments)).contains("reason is missing");
      assertThat(rig.status(task)).isEqualTo("running");
    }
  }

  @Nested
  class Heartbeat {
    private long expires(String task) {
      return rig.onBoard(
          tx -> tx.number("SELECT claim_expires AS n FROM tasks WHERE id = ?", task));
    }

    @Test
    void shouldExtendTheClaimAndNoteTheBeat() {
      String task = rig.task("a");
      rig.workOn(task);
      rig.with("HERMES_KANBAN_CLAIM_TTL_SECONDS", "5000");

      ObjectNode beat = rig.done("kanban_heartbeat", "{\"note\":\"3 of 4\"}");

      assertThat(beat.toString())
          .isEqualTo("{\"ok\":true,\"task_id\":\"%s\",\"claim_extended\":true}".formatted(task));
      assertThat(expires(task)).isEqualTo(NOW + 5000);
      assertThat(rig.kinds(task)).contains("heartbeat");
    }

    @Test
    void shouldSayThatAClaimUnderAnotherLockWasNotExtended() {
      String task = rig.task("a");
      rig.workOn(task);
      rig.with("HERMES_KANBAN_CLAIM_LOCK", "somebody:9")
          .with("HERMES_KANBAN_CLAIM_TTL_SECONDS", "5000");

      ObjectNode beat = rig.done("kanban_heartbeat", "{}");

      assertThat(beat.get("claim_extended").asBoolean()).isFalse();
      assertThat(beat.get("warning").asText()).contains("not extended");
      assertThat(expires(task)).isEqualTo(NOW + 900);
    }

    @Test
    void shouldRefuseAnotherLockWhereNoRunSaysWhoCalls() {
      String task = rig.task("a");
      rig.workOn(task);
      rig.with("HERMES_KANBAN_CLAIM_LOCK", "somebody:9").with("HERMES_KANBAN_RUN_ID", "");

      assertThat(rig.refused("kanban_heartbeat", "{}"))
          .contains("claim is held by 'here:1'", "stop working");
      assertThat(rig.kinds(task)).doesNotContain("heartbeat");
    }

    @Test
    void shouldRefuseATaskThatIsNotRunning() {
      String task = rig.task("a");
      rig.workOn(task);
      rig.done("kanban_block", "{\"reason\":\"r\"}");
      rig.with("HERMES_KANBAN_RUN_ID", "none");

      assertThat(rig.refused("kanban_heartbeat", "{}")).contains("'blocked', not running");
    }
  }

  @Nested
  class Comment {
    @Test
    void shouldSpeakInTheCallersNameWhateverTheArgumentsSay() {
      String other = rig.task("other");
      rig.workOn(rig.task("own"));

      ObjectNode done = rig.done(
          "kanban_comment",
          "{\"task_id\":\"%s\",\"body\":\" hi \",\"author\":\"root\"}".formatted(other));

      assertThat(names(done)).containsExactly("ok", "task_id", "comment_id", "ignored_arguments");
      assertThat(done.get("ignored_arguments"))
          .extracting(JsonNode::asText)
          .containsExactly("author");
      List<dev.talaria.board.task.Comment> comments = rig.onBoard(tx -> Tasks.comments(tx, other));
      assertThat(comments)
          .extracting(comment -> comment.author() + ":" + comment.body())
          .containsExactly("coder:hi");
    }

    @Test
    void shouldBeWorkerWithoutAProfile() {
      String task = rig.task("a");

      rig.done("kanban_comment", "{\"task_id\":\"%s\",\"body\":\"hi\"}".formatted(task));

      assertThat(rig.onBoard(tx -> Tasks.comments(tx, task)).get(0).author()).isEqualTo("worker");
    }

    @Test
    void shouldWantATaskAndAText() {
      rig.workOn(rig.task("a"));

      assertThat(rig.refused("kanban_comment", "{\"body\":\"b\"}")).contains("task_id is missing");
      assertThat(rig.refused("kanban_comment", "{\"task_id\":\"t_1\",\"body\":\"\\t\"}"))
          .contains("body is missing");
      assertThat(rig.refused("kanban_comment", "{\"task_id\":\"t_1\",\"body\":\"b\"}"))
          .contains("'t_1' is not on this board");
    }
  }

  @Nested
  class Create {
    @Test
    void shouldCreateInTheCallersNameWithTheDefaultsOfItsEnvironment() {
      String own = rig.task("own");
      rig.workOn(own);
      rig.with("HERMES_TENANT", "acme").with("HERMES_SESSION_ID", "s-2");

      ObjectNode done = rig.done("kanban_create", """
          {"title":" next ","assignee":"Writer","parents":"%s","skills":"review","priority":"3",
           "body":"b","max_runtime_seconds":60}""".formatted(own));

      assertThat(names(done)).containsExactly("ok", "task_id", "status");
      assertThat(done.get("status").asText()).isEqualTo("todo");
      var task = rig.onBoard(tx -> Tasks.find(tx, done.get("task_id").asText())).orElseThrow();
      assertThat(task.title()).isEqualTo("next");
      assertThat(task.assignee()).isEqualTo("writer");
      assertThat(task.createdBy()).isEqualTo("coder");
      assertThat(task.tenant()).isEqualTo("acme");
      assertThat(task.sessionId()).isEqualTo("s-2");
      assertThat(task.priority()).isEqualTo(3);
      assertThat(task.skills()).containsExactly("review");
      assertThat(task.maxRuntimeSeconds()).isEqualTo(60);
      assertThat(task.workspaceKind()).isEqualTo("scratch");
    }

    @Test
    void shouldFindTheTaskOfAnIdempotencyKey() {
      String create = "{\"title\":\"a\",\"assignee\":\"b\",\"idempotency_key\":\"k\"}";

      assertThat(rig.done("kanban_create", create)).isEqualTo(rig.done("kanban_create", create));
    }

    @Test
    void shouldSayWhichArgumentItDidNotUnderstand() {
      ObjectNode done =
          rig.done("kanban_create", "{\"title\":\"a\",\"assignee\":\"b\",\"parent\":\"t_1\"}");

      assertThat(done.get("ignored_arguments"))
          .extracting(JsonNode::asText)
          .containsExactly("parent");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = ';',
        quoteCharacter = '`',
        value = {
          "{\"assignee\":\"b\"};title is missing",
          "{\"title\":\"a\"};assignee is missing",
          "{\"title\":\" \",\"assignee\":\"b\"};title is missing",
          "{\"title\":\"a\",\"assignee\":\"b\",\"parents\":[\"t_no\"]};do not exist",
          "{\"title\":\"a\",\"assignee\":\"b\",\"parents\":7};do not exist",
          "{\"title\":\"a\",\"assignee\":\"b\",\"parents\":{\"id\":1}};must be a list of texts",
          "{\"title\":\"a\",\"assignee\":\"b\",\"skills\":[\"web\"]};toolsets",
          "{\"title\":\"a\",\"assignee\":\"b\",\"initial_status\":\"done\"};'running' or 'blocked'",
          "{\"title\":\"a\",\"assignee\":\"b\",\"workspace_kind\":\"tmp\"};Workspace kind",
          "{\"title\":\"a\",\"assignee\":\"b\",\"priority\":\"high\"};priority must be a whole number",
          "{\"title\":\"a\",\"assignee\":\"b\",\"max_runtime_seconds\":-5};max_runtime_seconds is -5",
          "{\"title\":\"a\",\"assignee\":\"b\",\"triage\":\"maybe\"};true or false"
        })
    void shouldRefuseWhatMakesNoSense(String arguments, String reason) {
      assertThat(rig.refused("kanban_create", arguments)).contains(reason);
      assertThat(rig.done("kanban_list", "{}").get("count").asInt()).isZero();
    }
  }

  @Nested
  class Unblock {
    @Test
    void shouldReportTheStatusThatTheTaskReallyHas() {
      String parent = rig.task("p");
      String waiting = rig.task("c", parent);
      String free = rig.task("f");
      for (String task : List.of(waiting, free)) {
        rig.onBoard(tx -> tx.update("UPDATE tasks SET status = 'ready' WHERE id = ?", task));
        rig.onBoard(tx -> Blocks.block(tx, task, "why", null));
      }

      assertThat(rig.done("kanban_unblock", "{\"task_id\":\"%s\"}".formatted(waiting))
              .toString())
          .isEqualTo("{\"ok\":true,\"task_id\":\"%s\",\"status\":\"todo\"}".formatted(waiting));
      assertThat(rig.done("kanban_unblock", "{\"task_id\":\"%s\"}".formatted(free))
              .get("status")
              .asText())
          .isEqualTo("ready");
      assertThat(rig.status(waiting)).isEqualTo("todo");
    }

    @Test
    void shouldSayWhyATaskCannotBeUnblocked() {
      String task = rig.task("a");

      assertThat(rig.refused("kanban_unblock", "{\"task_id\":\"%s\"}".formatted(task)))
          .contains("it is 'ready'", "Only a blocked");
      assertThat(rig.refused("kanban_unblock", "{}")).contains("task_id is missing");
    }
  }

  @Nested
  class Link {
    @Test
    void shouldMakeOneTaskWaitForAnother() {
      String parent = rig.task("p");
      String child = rig.task("c");

      ObjectNode done = rig.done(
          "kanban_link", "{\"parent_id\":\"%s\",\"child_id\":\"%s\"}".formatted(parent, child));

      assertThat(done.toString())
          .isEqualTo(
              "{\"ok\":true,\"parent_id\":\"%s\",\"child_id\":\"%s\"}".formatted(parent, child));
      assertThat(rig.status(child)).isEqualTo("todo");
    }

    @Test
    void shouldRefuseCyclesAndUnknownTasks() {
      String parent = rig.task("p");
      String child = rig.task("c", parent);

      assertThat(rig.refused(
              "kanban_link", "{\"parent_id\":\"%s\",\"child_id\":\"%s\"}".formatted(child, parent)))
          .contains("already waits for");
      assertThat(rig.refused(
              "kanban_link", "{\"parent_id\":\"%s\",\"child_id\":\"t_no\"}".formatted(parent)))
          .contains("'t_no' is not on this board");
      assertThat(rig.refused("kanban_link", "{\"parent_id\":\"%s\"}".formatted(parent)))
          .contains("child_id is missing");
    }
  }

  @Nested
  class Boards {
    @Test
    void shouldMakeNothingForABoardThatDoesNotExist() throws IOException {
      rig.task("a");
      List<Path> before = files();

      assertThat(rig.refused("kanban_list", "{\"board\":\"typo\"}"))
          .contains("'typo' does not exist");
      assertThat(rig.refused("kanban_list", "{\"board\":\"../../etc\"}"))
          .contains("is not a board's name");
      assertThat(files()).isEqualTo(before);
    }

    @Test
    void shouldMakeNothingForAWorkerEither() throws IOException {
      rig.workOn(rig.task("a"));
      List<Path> before = files();

      assertThat(rig.refused("kanban_show", "{\"board\":\"typo\"}"))
          .contains("'typo' does not exist");
      assertThat(rig.done("kanban_show", "{\"board\":\"Default\"}")
              .at("/task/title")
              .asText())
          .isEqualTo("a");
      assertThat(files()).isEqualTo(before);
    }

    @Test
    void shouldUseTheBoardThatIsNamed() throws IOException {
      Path other = Files.createDirectories(home.resolve("kanban/boards/other"));
      Files.writeString(other.resolve("board.json"), "{\"default_workdir\":\"/srv/x\"}");

      String id = rig.done(
              "kanban_create",
              "{\"title\":\"a\",\"assignee\":\"b\",\"workspace_kind\":\"dir\",\"board\":\"other\"}")
          .get("task_id")
          .asText();

      assertThat(rig.done("kanban_show", "{\"task_id\":\"%s\",\"board\":\"other\"}".formatted(id))
              .at("/task/workspace_path")
              .asText())
          .isEqualTo("/srv/x");
      assertThat(rig.done("kanban_list", "{}").get("count").asInt()).isZero();
    }

    @Test
    void shouldNotMakeANewBoardForAWorkerWhoseBoardIsGone() {
      rig.with("HERMES_KANBAN_TASK", "t_1")
          .with("HERMES_KANBAN_DB", home.resolve("gone.db").toString());

      assertThat(rig.refused("kanban_show", "{}")).contains("gone.db");
      assertThat(home.resolve("gone.db")).doesNotExist();
    }

    private List<Path> files() throws IOException {
      try (var files = Files.walk(home)) {
        return files.sorted().toList();
      }
    }
  }
}
