package dev.talaria.board.triage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Board;
import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.TaskStatus;
import dev.talaria.board.task.Tasks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes ideas out of triage with a model's help. The model is asked outside any transaction, for it may take minutes: an
 * idea that someone else took meanwhile stays as they left it. What can go wrong is an outcome, never an exception; only
 * a board that cannot be used throws.
 */
public final class Planner {
  private static final int CHILD_TITLE = 200;
  /** More is no plan; and what a model repeats without end must not flood a board. */
  private static final int MOST_CHILDREN = 100;

  private final Board board;
  private final Triage triage;
  private final TriageModel model;
  private final Roster roster;
  private final TriageLimits limits;
  private final boolean promoteChildren;

  /**
   * @param promoteChildren whether parts that wait for nothing become ready at once
   */
  public Planner(
      Board board,
      Triage triage,
      TriageModel model,
      Roster roster,
      TriageLimits limits,
      boolean promoteChildren) {
    this.board = board;
    this.triage = triage;
    this.model = model;
    this.roster = roster;
    this.limits = limits;
    this.promoteChildren = promoteChildren;
  }

  /** Makes one task of an idea. An answer that is not in the form asked for becomes the body. */
  public TriageOutcome specify(String taskId, String author) {
    return withAnswer(
        taskId,
        task -> new TriageRequest(
            "specify",
            Prompts.SPECIFY,
            Prompts.idea(task),
            task,
            roster,
            limits.specifyTokens(),
            limits.specifyTimeout()),
        (task, text) -> {
          Specification wanted = ModelText.object(text)
              .map(answer -> specification(answer, null))
              .orElseGet(() -> new Specification(null, ModelText.plain(text), null));
          return specify(task, wanted, author);
        });
  }

  /** Divides an idea, or makes one task of it where the model says that dividing does not pay. */
  public TriageOutcome decompose(String taskId, String author) {
    return withAnswer(
        taskId,
        task -> new TriageRequest(
            "decompose",
            Prompts.DECOMPOSE,
            Prompts.ideaWithRoster(task, roster),
            task,
            roster,
            limits.decomposeTokens(),
            limits.decomposeTimeout()),
        (task, text) -> ModelText.object(text)
            .map(answer -> decompose(task, answer, author))
            .orElseGet(() -> malformed(task, "expected a JSON object")));
  }

  private TriageOutcome withAnswer(
      String taskId,
      Function<Task, TriageRequest> question,
      BiFunction<Task, String, TriageOutcome> use) {
    Optional<Task> found = board.read(tx -> Tasks.find(tx, taskId));
    if (found.isEmpty()) {
      return TriageOutcome.refused(taskId, "unknown task id");
    }
    Task task = found.get();
    if (!task.is(TaskStatus.TRIAGE)) {
      return TriageOutcome.refused(taskId, "not in triage: it is '%s'".formatted(task.status()));
    }
    TriageModel.Answer answer = model.ask(question.apply(task));
    if (answer instanceof TriageModel.Silent silent) {
      return TriageOutcome.refused(taskId, silent.reason());
    }
    String text = ((TriageModel.Said) answer).text();
    if (ModelText.plain(text).isEmpty()) {
      return malformed(task, "the answer is empty");
    }
    try {
      return use.apply(task, text);
    } catch (InvalidRequestException e) {
      return malformed(task, String.valueOf(e.getMessage()));
    }
  }

  private TriageOutcome specify(Task task, Specification wanted, String author) {
    if (wanted.title() == null && wanted.body() == null) {
      return malformed(task, "neither a title nor a body");
    }
    boolean done = board.write(tx -> triage.specify(tx, task.id(), wanted, author));
    String title = wanted.title();
    return done
        ? TriageOutcome.specified(task.id(), title == null ? task.title() : title)
        : movedOut(task);
  }

  private TriageOutcome decompose(Task task, ObjectNode answer, String author) {
    JsonNode tasks = answer.path("tasks");
    if (!answer.path("fanout").asBoolean(!tasks.isEmpty())) {
      boolean unassigned = task.assignee() == null;
      String named = ModelText.field(answer, "assignee");
      String assignee = unassigned || named != null ? roster.assignee(named) : null;
      return specify(task, specification(answer, assignee), author);
    }
    if (!tasks.isArray() || tasks.isEmpty()) {
      return malformed(task, "it divides the idea into no tasks");
    }
    if (tasks.size() > MOST_CHILDREN) {
      return malformed(
          task, "%d tasks; expected at most %d".formatted(tasks.size(), MOST_CHILDREN));
    }
    List<ChildPlan> children = new ArrayList<>();
    for (JsonNode child : tasks) {
      String title = ModelText.title(child, CHILD_TITLE);
      if (title == null) {
        return malformed(task, "task %d has no title".formatted(children.size()));
      }
      children.add(new ChildPlan(
          title,
          ModelText.field(child, "body"),
          roster.assignee(ModelText.field(child, "assignee")),
          parents(child, children.size(), tasks.size())));
    }
    return board
        .write(tx -> triage.decompose(
            tx, task.id(), roster.orchestrator(), children, author, promoteChildren))
        .map(ids -> TriageOutcome.decomposed(task.id(), ids))
        .orElseGet(() -> movedOut(task));
  }

  private static Specification specification(JsonNode answer, @Nullable String assignee) {
    return new Specification(
        ModelText.title(answer, Prompts.TITLE), ModelText.field(answer, "body"), assignee);
  }

  /** The positions that mean another task of the list; models count wrongly now and then. */
  private static List<Integer> parents(JsonNode child, int own, int count) {
    List<Integer> kept = new ArrayList<>();
    for (JsonNode parent : child.path("parents")) {
      if (parent.isIntegralNumber() && parent.canConvertToInt()) {
        int position = parent.asInt();
        if (position >= 0 && position < count && position != own && !kept.contains(position)) {
          kept.add(position);
        }
      }
    }
    return kept;
  }

  private static TriageOutcome malformed(Task task, String what) {
    return TriageOutcome.refused(task.id(), "malformed response: " + what);
  }

  private static TriageOutcome movedOut(Task task) {
    return TriageOutcome.refused(
        task.id(), "moved out of triage while the model was asked; it is left as it is");
  }
}
