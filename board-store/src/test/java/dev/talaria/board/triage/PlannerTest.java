package dev.talaria.board.triage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Board;
import dev.talaria.board.BoardTest;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.transition.Archives;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlannerTest extends BoardTest {
  private final List<TriageRequest> asked = new ArrayList<>();

  private static Roster roster() {
    Map<String, String> profiles = new LinkedHashMap<>();
    profiles.put("default", "");
    profiles.put("coder", "writes code\nand tests");
    profiles.put("boss", "leads");
    return Roster.of(profiles, "nobody", "boss", "coder");
  }

  private Planner planner(TriageModel model) {
    return new Planner(
        fixture.board,
        new Triage(fixture.recompute),
        request -> {
          asked.add(request);
          return model.ask(request);
        },
        roster(),
        TriageLimits.DEFAULT,
        true);
  }

  private Planner saying(String text) {
    return planner(request -> new TriageModel.Said(text));
  }

  private String idea() {
    return fixture.create(NewTask.titled("idea").withBody("rough").withTriage(true));
  }

  private TriageOutcome specified(String id, String answer) {
    return saying(answer).specify(id, "ann");
  }

  private TriageOutcome decomposed(String id, String answer) {
    return saying(answer).decompose(id, "ann");
  }

  @Test
  void shouldTakeTitleAndBodyFromAFencedAnswer() {
    String id = idea();

    TriageOutcome outcome = specified(
        id,
        "Sure!\n```json\n{\"title\": \" New\\nrest \", \"body\": \"b\\u001b[31m{}\"}\n```\nBye");

    assertThat(outcome.ok()).isTrue();
    assertThat(outcome.newTitle()).isEqualTo("New");
    assertThat(fixture.task(id).title()).isEqualTo("New");
    assertThat(fixture.task(id).body()).isEqualTo("b{}");
    assertThat(outcome.json().toString())
        .isEqualTo("{\"task_id\":\"%s\",\"ok\":true,\"reason\":\"specified\",\"new_title\":\"New\"}"
            .formatted(id));
  }

  @Test
  void shouldTakeAnswerWithoutFormAsBody() {
    String id = idea();

    TriageOutcome outcome = specified(id, "\u001b[1mJust do it\u0000 {quickly\n");

    assertThat(outcome.ok()).isTrue();
    assertThat(fixture.task(id).title()).isEqualTo("idea");
    assertThat(fixture.task(id).body()).isEqualTo("Just do it {quickly");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n", "```\n```", "{}", "{\"title\": 7, \"body\": \"  \"}"})
  void shouldRefuseAnAnswerThatSaysNothing(String answer) {
    String id = idea();

    TriageOutcome outcome = specified(id, answer);

    assertThat(outcome.ok()).isFalse();
    assertThat(outcome.reason()).startsWith("malformed response: ");
    assertThat(fixture.kinds(id)).containsExactly("created");
  }

  @Test
  void shouldDivideAsTheModelSays() {
    String id = idea();

    TriageOutcome outcome = decomposed(id, """
        ```
        {"fanout": true, "rationale": "r", "tasks": [
          {"title": "%s", "body": "x", "assignee": " CODER ", "parents": []},
          {"title": "two", "assignee": "stranger", "parents": [0, 0, 1, 9, -1, "0", 0.5, null]},
          {"title": "three", "parents": "none"}]}
        ```
        """.formatted("\ud83d\udc1d".repeat(300)));

    assertThat(outcome.ok()).as(outcome.reason()).isTrue();
    assertThat(outcome.fanout()).isTrue();
    assertThat(outcome.childIds()).hasSize(3);
    Task first = fixture.task(outcome.childIds().get(0));
    assertThat(first.title()).isEqualTo("\ud83d\udc1d".repeat(200));
    assertThat(first.assignee()).isEqualTo("coder");
    assertThat(fixture.task(outcome.childIds().get(1)).assignee())
        .as("an unknown one becomes the default, here the active profile")
        .isEqualTo("coder");
    List<String> parents =
        fixture.board.read(tx -> Tasks.parents(tx, outcome.childIds().get(1)));
    assertThat(parents).containsExactly(first.id());
    assertThat(fixture.task(id).assignee()).isEqualTo("boss");
    ObjectNode json = outcome.jsonWithChildren();
    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly("task_id", "ok", "reason", "new_title", "fanout", "child_ids");
  }

  @Test
  void shouldSpecifyWhatIsNotWorthDividing() {
    String id = idea();

    TriageOutcome outcome = decomposed(
        id, "{\"fanout\": false, \"title\": \"One\", \"body\": \"b\", \"assignee\": \"boss\"}");

    assertThat(outcome.ok()).isTrue();
    assertThat(outcome.fanout()).isFalse();
    assertThat(outcome.newTitle()).isEqualTo("One");
    assertThat(fixture.task(id).assignee()).isEqualTo("boss");
    assertThat(fixture.status(id)).isEqualTo("ready");
    assertThat(decomposed(idea(), "{\"fanout\": false, \"body\": \"b\"}").ok()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no json at all",
        "{\"fanout\": true}",
        "{\"fanout\": true, \"tasks\": []}",
        "{\"fanout\": true, \"tasks\": {\"title\": \"x\"}}",
        "{\"fanout\": true, \"tasks\": [7]}",
        "{\"fanout\": true, \"tasks\": [{\"title\": \" \"}]}",
        "{\"tasks\": [{\"title\": \"a\", \"parents\": [1]}, {\"title\": \"b\", \"parents\": [0]}]}",
        "{\"fanout\": false}",
        "{\"fanout\": true, \"tasks\": [",
        "}{"
      })
  void shouldRefuseADivisionThatIsNone(String answer) {
    String id = idea();

    TriageOutcome outcome = decomposed(id, answer);

    assertThat(outcome.ok()).isFalse();
    assertThat(outcome.reason()).startsWith("malformed response: ");
    assertThat(fixture.kinds(id)).containsExactly("created");
    long tasks = fixture.board.read(tx -> tx.number("SELECT count(*) AS n FROM tasks"));
    assertThat(tasks).isEqualTo(1);
  }

  @Test
  void shouldRefuseAFloodOfTasks() {
    String one = "{\"title\": \"again\"},";
    String answer = "{\"tasks\": [" + one.repeat(100) + "{\"title\": \"again\"}]}";

    assertThat(decomposed(idea(), answer).reason()).contains("101 tasks; expected at most 100");
  }

  @Test
  void shouldNotAskAboutWhatIsNotInTriage() {
    String ready = fixture.ready("t");

    assertThat(specified("t_nope", "x").reason()).isEqualTo("unknown task id");
    assertThat(decomposed(ready, "x").reason()).isEqualTo("not in triage: it is 'ready'");
    assertThat(asked).isEmpty();
  }

  @Test
  void shouldSayThatThereIsNoModel() {
    TriageOutcome outcome = planner(TriageModel.none("set triage.command")).specify(idea(), "ann");

    assertThat(outcome.reason()).isEqualTo("no auxiliary client: set triage.command");
  }

  @Test
  void shouldLeaveWhatSomeoneTookMeanwhile() {
    String id = idea();
    TriageModel slow = request -> {
      try (Board other = Board.open(fixture.board.path(), fixture.board.options())) {
        other.write(tx -> new Archives(fixture.recompute).archive(tx, id));
      }
      return new TriageModel.Said("{\"tasks\": [{\"title\": \"a\"}]}");
    };

    TriageOutcome outcome = planner(slow).decompose(id, "ann");

    assertThat(outcome.ok()).isFalse();
    assertThat(outcome.reason()).startsWith("moved out of triage");
    assertThat(fixture.kinds(id)).containsExactly("created", "archived");
  }

  @Test
  void shouldTellTheModelNoMoreThanItsShare() {
    String id = fixture.create(NewTask.titled("\u00fc".repeat(500))
        .withBody("\ud83d\udc1d".repeat(5000))
        .withTriage(true));

    decomposed(id, "none");

    TriageRequest request = asked.get(0);
    assertThat(request.user())
        .contains("\u00fc".repeat(400))
        .doesNotContain("\u00fc".repeat(401))
        .contains("\ud83d\udc1d".repeat(4000))
        .doesNotContain("\ud83d\udc1d".repeat(4001))
        .contains("- coder: writes code\n");
    ObjectNode json = request.json();
    assertThat(json.path("max_tokens").asInt()).isEqualTo(4000);
    assertThat(json.path("temperature").asDouble()).isEqualTo(0.3);
    assertThat(json.path("roster")).hasSize(3);
    assertThat(json.path("default_assignee").asText()).isEqualTo("coder");
  }

  @Test
  void shouldHeedTheEnvironmentsTokens() {
    assertThat(tokens("9000")).isEqualTo(9000);
    assertThat(tokens("3")).isEqualTo(1500);
    assertThat(tokens("many")).isEqualTo(6000);
  }

  private static int tokens(String value) {
    return TriageLimits.DEFAULT
        .withEnvironment(Map.of("HERMES_KANBAN_SPECIFY_MAX_TOKENS", value))
        .specifyTokens();
  }

  @Test
  void shouldNotLetAFailingIdeaKeepTheOthersBack() {
    String bad = idea();
    String good = idea();
    TriageModel choosy = request -> request.task().id().equals(bad)
        ? new TriageModel.Silent("LLM error: no")
        : new TriageModel.Said("{\"tasks\": [{\"title\": \"a\"}]}");
    var auto = new AutoDecomposer(fixture.board, planner(choosy), 1);

    assertThat(auto.tick(() -> true)).extracting(TriageOutcome::ok).containsExactly(false);
    assertThat(auto.tick(() -> true)).extracting(TriageOutcome::taskId).containsExactly(good);
    assertThat(auto.tick(() -> true)).as("the failing one waits").isEmpty();
    fixture.pass(TriageAttempts.FIRST_WAIT);
    assertThat(auto.tick(() -> true)).extracting(TriageOutcome::taskId).containsExactly(bad);
    fixture.pass(TriageAttempts.FIRST_WAIT);
    assertThat(auto.tick(() -> true)).as("twice as long now").isEmpty();
    fixture.pass(TriageAttempts.FIRST_WAIT);
    assertThat(auto.tick(() -> false)).as("it is to stop").isEmpty();
  }
}
