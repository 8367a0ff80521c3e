package dev.talaria.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Board;
import dev.talaria.board.task.CreateResult;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Skills;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.TaskCreation;
import dev.talaria.board.task.TaskStatus;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.text.HermesText;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.RemoteRun;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.cli.text.Shapes;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "create",
    footer = {"", "Example: talaria create \"Fix the login page\" --assignee coder --priority 5"})
public final class CreateVerb extends BoardVerb {
  @Parameters(paramLabel = "TITLE", description = "What is to be done, in a line.")
  private String title = "";

  @Option(names = "--body", paramLabel = "TEXT", description = "What is to be done, at length.")
  private @Nullable String body;

  @Option(
      names = "--assignee",
      paramLabel = "PROFILE",
      description = "Who is to do it. Without one, no worker is started.")
  private @Nullable String assignee;

  @Option(
      names = "--parent",
      paramLabel = "ID",
      description = "A task that must be done first. May be given several times.")
  private List<String> parents = List.of();

  @Option(
      names = "--workspace",
      paramLabel = "KIND",
      description =
          "Where the worker works: scratch (default), worktree, worktree:PATH or dir:PATH.")
  private String workspace = "scratch";

  @Option(
      names = "--branch",
      paramLabel = "NAME",
      description = "The branch of a worktree workspace.")
  private @Nullable String branch;

  @Option(names = "--tenant", paramLabel = "NAME", description = "A namespace within the board.")
  private @Nullable String tenant;

  @Option(names = "--priority", paramLabel = "N", description = "Higher goes first. Default: 0.")
  private long priority;

  @Option(names = "--triage", description = "A rough idea: not started before it is specified.")
  private boolean triage;

  @Option(
      names = "--idempotency-key",
      paramLabel = "KEY",
      description = "If a task with this key exists, name that one and create nothing.")
  private @Nullable String idempotencyKey;

  @Option(
      names = "--max-runtime",
      paramLabel = "TIME",
      description = "How long one attempt may take: seconds, or 30s, 5m, 2h, 1.5d.")
  private @Nullable String maxRuntime;

  @Option(
      names = "--created-by",
      paramLabel = "NAME",
      description = "Who creates it. Default: user.")
  private @Nullable String createdBy;

  @Option(
      names = "--skill",
      paramLabel = "NAME",
      description = "A skill that the worker loads. May be given several times.")
  private @Nullable List<String> skills;

  @Option(
      names = "--max-retries",
      paramLabel = "N",
      description = "Failures in a row before it gives up; at least 1.")
  private @Nullable Long maxRetries;

  @Option(
      names = "--require",
      paramLabel = "KEY=VALUE",
      description =
          "A label that the launcher must have which gets it, such as gpu=true. May be given several times.")
  private List<String> requires = List.of();

  @Option(
      names = "--initial-status",
      paramLabel = "STATUS",
      description = "running (default: the normal rules) or blocked (waits for a person).")
  private String initialStatus = "running";

  @Option(names = "--json", description = "Print the task as JSON.")
  private boolean json;

  public CreateVerb(Session session) {
    super(session);
  }

  @Override
  void check() {
    Requires.parse(requires);
    Workspace place = Workspace.parse(workspace, session.surroundings());
    if (branch != null) {
      checkBranch(branch, place);
    }
    if (maxRuntime != null) {
      Spans.seconds("--max-runtime", maxRuntime);
    }
    if (maxRetries != null && maxRetries < 1) {
      throw CliFailure.usage("--max-retries is %d; expected at least 1.".formatted(maxRetries));
    }
    if (!Set.of("running", "blocked").contains(initialStatus)) {
      throw CliFailure.usage(
          "--initial-status is '%s'; expected 'running' or 'blocked'.".formatted(initialStatus));
    }
  }

  private static void checkBranch(String branch, Workspace place) {
    String name = HermesText.strip(branch);
    if (name.isEmpty()
        || name.startsWith("-")
        || name.codePoints().anyMatch(HermesText::isBlankChar)) {
      throw CliFailure.usage(
          "--branch is '%s'; expected a name without blanks that does not begin with a dash."
              .formatted(branch));
    }
    if (!place.kind().equals("worktree")) {
      throw CliFailure.usage(
          "--branch '%s' needs --workspace worktree, not '%s'.".formatted(name, place.kind()));
    }
  }

  private NewTask wanted() {
    Workspace place = Workspace.parse(workspace, session.surroundings());
    return NewTask.titled(title)
        .withBody(body)
        .withAssignee(assignee)
        .withParents(parents)
        .withWorkspace(place.kind(), place.path(), branch)
        .withTenant(tenant)
        .withPriority(priority)
        .withTriage(triage)
        .withIdempotencyKey(idempotencyKey)
        .withMaxRuntimeSeconds(
            maxRuntime == null ? null : Spans.seconds("--max-runtime", maxRuntime))
        .withCreatedBy(creator())
        .withSkills(skills)
        .withMaxRetries(maxRetries)
        .withInitialStatus(initialStatus)
        .withRequires(Requires.parse(requires));
  }

  /** As hermes has it: a user unless told otherwise, and who speaks when told nobody. */
  private String creator() {
    if (createdBy == null) {
      return "user";
    }
    return createdBy.isEmpty() ? session.author() : createdBy;
  }

  @Override
  int elsewhere(RemoteRun remote) {
    if (createdBy != null && !Set.of("", session.author()).contains(createdBy.strip())) {
      throw CliFailure.usage(
          "--created-by cannot be chosen by a worker on another host than its board's: what it creates is by its own profile, '%s'. Leave it out."
              .formatted(session.author()));
    }
    NewTask wanted = wanted();
    ObjectNode body = BoardJson.object()
        .put("title", wanted.title())
        .put("assignee", wanted.assignee())
        .put("body", wanted.body())
        .put("tenant", wanted.tenant())
        .put("workspace_kind", wanted.workspaceKind())
        .put("workspace_path", wanted.workspacePath())
        .put("branch_name", wanted.branchName())
        .put("idempotency_key", wanted.idempotencyKey())
        .put("initial_status", wanted.initialStatus())
        .put("priority", wanted.priority())
        .put("triage", wanted.triage())
        .put("max_runtime_seconds", wanted.maxRuntimeSeconds())
        .put("max_retries", wanted.maxRetries());
    body.set("parents", BoardJson.array(parents));
    body.set("skills", skills == null ? null : BoardJson.array(skills));
    if (!wanted.requires().isEmpty()) {
      wanted.requires().forEach(body.putObject("requires")::put);
    }
    JsonNode answer = remote.client().send("POST", "create", body);
    sayIfKept(answer);
    String id = answer.path("task_id").asText("-");
    if (json) {
      say(JsonOut.indented(BoardJson.object()
          .put("id", id)
          .put("title", wanted.title())
          .put("assignee", wanted.assignee())
          .put("status", answer.path("status").asText("-"))));
    } else {
      String who = wanted.assignee() == null ? "-" : wanted.assignee();
      say("Created %s  (%s, assignee=%s)", id, answer.path("status").asText("-"), who);
    }
    return Exit.DONE;
  }

  @Override
  int run(Board board) {
    String workdir = session.home().metadata(session.location().slug()).defaultWorkdir();
    var creation = new TaskCreation(Skills.hermesToolsets(), workdir);
    NewTask wanted = wanted();
    Task task = board.write(tx -> {
      CreateResult result = creation.create(tx, wanted);
      return Tasks.find(tx, result.taskId()).orElseThrow();
    });
    if (json) {
      say(JsonOut.indented(Shapes.task(task)));
    } else {
      // a gateway reads this line
      String who = task.assignee() == null ? "-" : task.assignee();
      say("Created %s  (%s, assignee=%s)", task.id(), task.status(), who);
      warnIfNobodyStartsIt(board, task);
    }
    return Exit.DONE;
  }

  private void warnIfNobodyStartsIt(Board board, Task task) {
    boolean startable = task.is(TaskStatus.READY) && task.assignee() != null;
    if (startable && new DispatcherPresence().isMissing(board.path())) {
      complain("No dispatcher serves this board on this host; 'talaria up' starts the task.");
    }
  }
}
