package dev.talaria.cli.mcp.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.text.HermesText;
import dev.talaria.board.transition.Completion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code kanban_complete}: a worker's own task, and only while its run is the task's. */
final class CompleteTool implements Tool {
  @Override
  public String name() {
    return "kanban_complete";
  }

  @Override
  public String description() {
    return """
        Finish your task. This, or kanban_block, must be your last act: a final message in prose reaches nobody, and a \
        worker that ends without either call is recorded as a failure. Say in 'summary' what is now true and how you \
        checked it, for the next worker and the person who asked; put facts that a program may want into 'metadata'. Good \
        summary: "Login accepts addresses with a plus sign; added 3 tests, all 214 pass." Bad: "Done!" Complete only what \
        is really finished: if a part is missing, block with what is missing. If the call is refused the task is \
        unchanged: correct what the message names, and call again.""";
  }

  @Override
  public Schema schema() {
    return new Schema()
        .text("task_id", "Your own task; leave it out.")
        .text(
            "summary",
            "One to three sentences: what was done, how it was checked, what the next worker must know. Needed, unless 'result' is given.")
        .text("result", "A short result line for the task itself. 'summary' is enough for most.")
        .object(
            "metadata",
            "Facts as JSON, such as {\"changed_files\": [\"src/login.py\"], \"tests_run\": 214, \"decisions\": [\"kept the old cookie name\"]}. Tasks that wait for this one are shown it.")
        .texts(
            "created_cards",
            "Ids that kanban_create gave you in this run, copied from its answers. They are checked: an id that does not exist, or is not yours, refuses the completion. Leave it out if you created none.")
        .texts(
            "artifacts",
            "Absolute paths of files to be delivered with the result, such as a report. Not files that are merely changed.");
  }

  @Override
  public boolean isFor(Caller caller) {
    return caller.isWorker();
  }

  @Override
  public ObjectNode call(Caller caller, Arguments arguments, ToolBoard board) {
    String task = caller.ownTask(arguments.name("task_id"));
    String summary = orNull(arguments.text("summary"));
    String result = orNull(arguments.text("result"));
    if (summary == null && result == null) {
      throw new ToolRefused(
          "summary is missing: say in one to three sentences what was done and how it was checked.");
    }
    List<String> cards = arguments.texts("created_cards");
    String session = task.equals(caller.task()) ? caller.session() : null;
    return board.complete(
        task,
        Completion.empty()
            .withSummary(summary)
            .withResult(result)
            .withMetadata(Handoff.metadata(
                arguments.object("metadata"), arguments.texts("artifacts"), session))
            .withCreatedCards(cards == null ? List.of() : cards)
            .withRun(caller.runOf(task)));
  }

  /** A blank one counts as not given. */
  private static @Nullable String orNull(@Nullable String text) {
    return HermesText.isBlank(text) ? null : text;
  }
}
