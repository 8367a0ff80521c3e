package dev.talaria.cli.mcp.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.task.NewTask;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@code kanban_create}: for workers too. The new task is the caller's, whatever the arguments say. */
final class CreateTool implements Tool {
  @Override
  public String name() {
    return "kanban_create";
  }

  @Override
  public String description() {
    return """
        Create a task for a profile. The answer has its id: keep it, and name it in 'created_cards' when you complete. \
        The worker that gets it knows nothing of your conversation: write into 'body' what is wanted, where things are, \
        and how to tell that it is done. A task starts as soon as all 'parents' are done, or at once without any. Give \
        'parents' here instead of linking later, when it may have started already. Give an 'idempotency_key' if this may \
        be repeated. Create what was asked for and what is needed; do not split work that one worker can do.""";
  }

  @Override
  public Schema schema() {
    return new Schema()
        .text("title", "What is to be done, in a line.")
        .text(
            "assignee",
            "The profile that is to do it. It must exist: a task for an unknown one never starts.")
        .text(
            "body",
            "All that the worker needs to know: goal, places, limits, how it is checked. Name large inputs by path instead of pasting them.")
        .texts(
            "parents",
            "Ids of tasks that must be done first; their results are handed to this one.")
        .text("tenant", "A namespace within the board. Default: yours.")
        .integer("priority", "Higher goes first. Default: 0.")
        .choice(
            "workspace_kind",
            List.of("scratch", "dir", "worktree"),
            "Where it is worked on: an empty directory of its own (scratch, default), an existing directory (dir), or a git worktree.")
        .text("workspace_path", "Absolute path, for dir and worktree.")
        .flag(
            "triage",
            "Put it aside as a rough idea that somebody must work out before it may start.")
        .text(
            "idempotency_key",
            "If a task with this key exists, its id is the answer and nothing is created.")
        .integer("max_runtime_seconds", "Stop an attempt that runs longer.")
        .choice(
            "initial_status",
            List.of("running", "blocked"),
            "running (default): the normal rules. blocked: it waits until a person unblocks it.")
        .texts("skills", "Skills that the worker is to load, by name.")
        .object(
            "requires",
            "Labels that the host must have which does it, such as {\"gpu\": \"true\"}; no other gets it.")
        .text("session_id", "The chat session that it comes from. Default: yours.")
        .required("title", "assignee");
  }

  @Override
  public boolean isFor(Caller caller) {
    return true;
  }

  @Override
  public ObjectNode call(Caller caller, Arguments arguments, ToolBoard board) {
    String title = arguments.required("title", "say in a line what is to be done");
    String assignee = arguments.required(
        "assignee", "name the profile that is to do it; no task starts without one");
    List<String> parents = arguments.texts("parents");
    Long priority = arguments.integer("priority");
    return board.create(NewTask.titled(title)
        .withAssignee(assignee)
        .withBody(arguments.text("body"))
        .withParents(parents == null ? List.of() : parents)
        .withTenant(or(arguments.name("tenant"), caller.tenant()))
        .withPriority(priority == null ? 0 : priority)
        .withWorkspace(
            orDefault(arguments.name("workspace_kind"), "scratch"),
            arguments.name("workspace_path"),
            null)
        .withTriage(arguments.flag("triage"))
        .withIdempotencyKey(arguments.text("idempotency_key"))
        .withMaxRuntimeSeconds(runtime(arguments.integer("max_runtime_seconds")))
        .withInitialStatus(orDefault(arguments.name("initial_status"), "running"))
        .withSkills(arguments.texts("skills"))
        .withSessionId(or(arguments.name("session_id"), caller.session()))
        .withCreatedBy(caller.profile())
        .withRequires(requires(arguments.object("requires"))));
  }

  private static Map<String, String> requires(@Nullable ObjectNode labels) {
    Map<String, String> requires = new TreeMap<>();
    if (labels != null) {
      labels
          .fields()
          .forEachRemaining(it -> requires.put(it.getKey(), it.getValue().asText()));
    }
    return requires;
  }

  private static @Nullable Long runtime(@Nullable Long seconds) {
    if (seconds != null && seconds < 0) {
      throw new ToolRefused(
          "max_runtime_seconds is %d; expected a positive number of seconds.".formatted(seconds));
    }
    return seconds;
  }

  private static @Nullable String or(@Nullable String given, @Nullable String otherwise) {
    return given == null ? otherwise : given;
  }

  private static String orDefault(@Nullable String given, String otherwise) {
    return given == null ? otherwise : given;
  }
}
