package dev.talaria.board.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.talaria.board.Board;
import dev.talaria.board.BoardTest;
import dev.talaria.board.ConflictException;
import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.task.Comments;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SwarmTest extends BoardTest {
  private Swarms swarms;

  @BeforeEach
  void makeSwarms() {
    swarms = new Swarms(fixture.creation, new Completions(fixture.recompute));
  }

  private static SwarmPlan plan(String goal) {
    return SwarmPlan.of(
        goal,
        List.of(
            new SwarmWorker("Reader", "read it", List.of("docs")),
            new SwarmWorker("coder", "try it", List.of())),
        "critic",
        "writer",
        "Boss");
  }

  private Swarm create(SwarmPlan plan) {
    return fixture.board.write(tx -> swarms.create(tx, plan));
  }

  private long count(String table) {
    return fixture.board.read(tx -> tx.number("SELECT count(*) AS n FROM " + table));
  }

  private List<String> parents(String task) {
    return fixture.board.read(tx -> Tasks.parents(tx, task));
  }

  private List<String> children(String task) {
    return fixture.board.read(tx -> Tasks.children(tx, task));
  }

  @Test
  void shouldMakeTheWholeGraph() {
    Swarm swarm =
        create(plan(" Find the leak\nand say where \n").withTenant("t").withPriority(3));

    Task root = fixture.task(swarm.rootId());
    assertThat(root.title()).isEqualTo("Swarm: Find the leak");
    assertThat(root.status()).isEqualTo("done");
    assertThat(root.assignee()).isEqualTo("boss");
    assertThat(root.createdBy()).isEqualTo("Boss");
    assertThat(root.skills()).containsExactly("kanban-orchestrator");
    assertThat(fixture.kinds(root.id())).startsWith("created", "completed[r]");
    Task reader = fixture.task(swarm.workerIds().get(0));
    assertThat(reader.status()).isEqualTo("ready");
    assertThat(reader.assignee()).isEqualTo("reader");
    assertThat(reader.skills()).containsExactly("docs");
    assertThat(reader.tenant()).isEqualTo("t");
    assertThat(reader.priority()).isEqualTo(3);
    assertThat(fixture.status(swarm.verifierId())).isEqualTo("todo");
    assertThat(fixture.task(swarm.verifierId()).skills()).containsExactly("requesting-code-review");
    assertThat(fixture.task(swarm.synthesizerId()).skills()).containsExactly("humanizer");
    assertThat(parents(swarm.verifierId())).containsExactlyInAnyOrderElementsOf(swarm.workerIds());
    assertThat(parents(swarm.synthesizerId())).containsExactly(swarm.verifierId());
    assertThat(children(swarm.rootId())).containsExactlyInAnyOrderElementsOf(swarm.workerIds());
    assertThat(List.of(
            root, reader, fixture.task(swarm.verifierId()), fixture.task(swarm.synthesizerId())))
        .allSatisfy(card ->
            assertThat(card.body()).contains("Find the leak").contains("task " + root.id()));
  }

  @Test
  void shouldRunFromWorkersToSynthesizer() {
    Swarm swarm = create(plan("goal"));

    swarm.workerIds().forEach(this::complete);
    assertThat(fixture.status(swarm.verifierId())).isEqualTo("ready");
    complete(swarm.verifierId());
    assertThat(fixture.status(swarm.synthesizerId())).isEqualTo("ready");
  }

  private void complete(String task) {
    fixture.board.write(
        tx -> new Completions(fixture.recompute).complete(tx, task, Completion.empty()));
  }

  @Test
  void shouldCutTheGoalsFirstLineByCodePoints() {
    Swarm swarm = create(plan("\ud83d\udc1d".repeat(100)));

    assertThat(fixture.task(swarm.rootId()).title())
        .isEqualTo("Swarm: " + "\ud83d\udc1d".repeat(80));
  }

  @Test
  void shouldFindTheSwarmOfAKeyAndWriteNothing() {
    Swarm first = create(plan("goal").withIdempotencyKey("k"));
    long events = count("task_events");

    Swarm second = create(plan("another goal").withIdempotencyKey("k"));

    assertThat(second.created()).isFalse();
    assertThat(second.ids()).isEqualTo(first.ids());
    assertThat(count("task_events")).isEqualTo(events);
  }

  @Test
  void shouldRefuseAKeyThatNamesSomethingElse() {
    fixture.create(NewTask.titled("no swarm").withIdempotencyKey("k"));

    assertThatThrownBy(() -> create(plan("goal").withIdempotencyKey("k")))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("not the root of a whole swarm");
    assertThat(count("tasks")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "'  ',critic,writer,boss",
    "goal,' ',writer,boss",
    "goal,critic,'',boss",
    "goal,c,w,' '"
  })
  void shouldWriteNothingWhenAPartIsRefused(
      String goal, String verifier, String synthesizer, String creator) {
    var workers = List.of(new SwarmWorker("a", "b", List.of()));

    assertThatThrownBy(() -> create(SwarmPlan.of(goal, workers, verifier, synthesizer, creator)))
        .isInstanceOf(InvalidRequestException.class);
    assertThat(count("tasks") + count("task_events") + count("task_comments")).isZero();
  }

  @Test
  void shouldRefuseAToolsetAsSkillOfTheLastWorker() {
    var workers = List.of(
        new SwarmWorker("a", "b", List.of()), new SwarmWorker("a", "b", List.of("terminal")));

    assertThatThrownBy(() -> create(SwarmPlan.of("goal", workers, "c", "w", "boss")))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("terminal");
    assertThat(count("tasks")).isZero();
  }

  @Test
  void shouldShowNothingOfASwarmBeforeAllOfItIsThere() {
    try (Board other = Board.open(fixture.board.path(), fixture.board.options())) {
      fixture.board.change(tx -> {
        swarms.create(tx, plan("goal"));
        assertThat((long) other.read(t -> t.number("SELECT count(*) AS n FROM tasks")))
            .isZero();
      });
      assertThat((long) other.read(t -> t.number("SELECT count(*) AS n FROM tasks")))
          .isEqualTo(5);
    }
  }

  @Test
  void shouldReadTheNewestValueOfEachKey() {
    String root = fixture.ready("root");
    fixture.board.change(tx -> {
      Blackboard.write(tx, root, "a", " speed ", IntNode.valueOf(1));
      Blackboard.write(tx, root, "b", "name", TextNode.valueOf("ünï"));
      Comments.add(tx, root, "c", "[swarm:blackboard] {not json");
      Comments.add(tx, root, "c", "[swarm:blackboard]{\"key\":\"tight\",\"value\":null}");
      Comments.add(tx, root, "c", "speaking of [swarm:blackboard] {\"key\":\"x\",\"value\":1}");
      Blackboard.write(tx, root, "b", "speed", IntNode.valueOf(2));
    });

    ObjectNode board = fixture.board.read(tx -> Blackboard.read(tx, root));

    assertThat(board.toString())
        .isEqualTo(
            "{\"speed\":2,\"name\":\"ünï\",\"tight\":null,\"_authors\":{\"speed\":\"b\",\"name\":\"b\",\"tight\":\"c\"}}");
  }

  @ParameterizedTest
  @CsvSource({"' '", "_authors"})
  void shouldRefuseAReservedKey(String key) {
    String root = fixture.ready("root");

    assertThatThrownBy(() ->
            fixture.board.write(tx -> Blackboard.write(tx, root, "a", key, IntNode.valueOf(1))))
        .isInstanceOf(InvalidRequestException.class);
    assertThat(count("task_comments")).isZero();
  }
}
