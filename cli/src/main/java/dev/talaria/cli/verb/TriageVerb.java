package dev.talaria.cli.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Board;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.TaskFilter;
import dev.talaria.board.task.TaskList;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.triage.Planner;
import dev.talaria.board.triage.TriageOutcome;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.cli.text.Printable;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes rough ideas out of triage with the help of a model: one, or all of them, one after the other. */
abstract class TriageVerb extends BoardVerb {
  @Parameters(paramLabel = "ID", arity = "0..1", description = "The task in triage.")
  private @Nullable String id;

  @Option(names = "--all", description = "All tasks in triage instead of one.")
  private boolean all;

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      description = "With --all: only this tenant's tasks.")
  private @Nullable String tenant;

  @Option(
      names = "--author",
      paramLabel = "NAME",
      description = "Who says what was changed. Default: the worker's profile, else user.")
  private @Nullable String author;

  @Option(names = "--json", description = "Print one JSON object per task, each on its line.")
  private boolean json;

  TriageVerb(Session session) {
    super(session);
  }

  /** Takes one idea out of triage. */
  abstract TriageOutcome apply(Planner planner, String taskId, String by);

  /** The outcome as JSON. */
  abstract ObjectNode shape(TriageOutcome outcome);

  /** What was done, as in {@code specified}. */
  abstract String done();

  @Override
  void check() {
    if (all == (id != null)) {
      throw CliFailure.usage(
          id == null
              ? "Neither a task nor --all is given; expected one of them."
              : "Both task '%s' and --all are given; expected one of them.".formatted(id));
    }
  }

  @Override
  int run(Board board) {
    Planner planner = Configuration.of(session).planner(board);
    String one = id;
    if (one != null) {
      return tell(apply(planner, one, by())) ? Exit.DONE : Exit.FAILED;
    }
    List<String> ideas = board
        .read(tx -> TaskList.list(tx, TaskFilter.all().withStatus("triage").withTenant(tenant)))
        .stream()
        .map(Task::id)
        .toList();
    if (ideas.isEmpty()) {
      sayThatNothingWaits();
      return Exit.DONE;
    }
    boolean any = false;
    for (String idea : ideas) {
      any |= tell(apply(planner, idea, by()));
    }
    return any ? Exit.DONE : Exit.FAILED;
  }

  private String by() {
    return author == null ? session.author() : author;
  }

  private void sayThatNothingWaits() {
    if (json) {
      say(JsonOut.line(BoardJson.object().put(done(), 0).put("total", 0)));
    } else {
      complain("No tasks in triage.");
    }
  }

  /** At once, for the next one may take minutes. */
  private boolean tell(TriageOutcome outcome) {
    if (json) {
      say(JsonOut.line(shape(outcome)));
    } else if (outcome.fanout()) {
      say("Decomposed %s into %s", outcome.taskId(), String.join(" ", outcome.childIds()));
    } else if (outcome.ok()) {
      say("Specified %s: %s", outcome.taskId(), Printable.line(String.valueOf(outcome.newTitle())));
    }
    if (!outcome.ok()) {
      complain("%s: %s".formatted(outcome.taskId(), outcome.reason()));
    }
    session.out().flush();
    return outcome.ok();
  }
}
