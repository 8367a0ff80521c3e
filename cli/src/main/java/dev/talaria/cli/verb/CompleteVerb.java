package dev.talaria.cli.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.LauncherRuns;
import dev.talaria.board.home.ScratchRemoval;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import dev.talaria.board.transition.Recompute;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.RemoteRun;
import dev.talaria.cli.Session;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "complete",
    footer = {
      "",
      "Example: talaria complete t_0a1b2c3d --summary \"Login works again\" --metadata '{\"pr\": 7}'"
    })
public final class CompleteVerb extends BulkVerb {
  @Parameters(paramLabel = "ID", arity = "1..*", description = "The tasks.")
  private List<String> ids = List.of();

  @Option(names = "--result", paramLabel = "TEXT", description = "A short result, on the task.")
  private @Nullable String result;

  @Option(
      names = "--summary",
      paramLabel = "TEXT",
      description = "What was done, for whoever goes on from here. One task only.")
  private @Nullable String summary;

  @Option(
      names = "--metadata",
      paramLabel = "JSON",
      description = "A JSON object with facts about it. One task only.")
  private @Nullable String metadata;

  private final Completions completions =
      new Completions(new Recompute(Recompute.DEFAULT_AUTO_RECOVER_LIMIT));

  private final Map<String, String> workspaces = new HashMap<>();

  public CompleteVerb(Session session) {
    super(session);
  }

  @Override
  void check() {
    if (ids.size() > 1 && (summary != null || metadata != null)) {
      throw CliFailure.usage(
          "--summary and --metadata belong to one task, but %d are given. Complete them one by one."
              .formatted(ids.size()));
    }
    JsonArgument.object("--metadata", metadata);
  }

  @Override
  Collection<String> ids() {
    return ids;
  }

  @Override
  String done() {
    return "Completed";
  }

  @Override
  int elsewhere(RemoteRun remote) {
    return eachElsewhere(
        remote,
        id -> {
          ObjectNode body =
              BoardJson.object().put("task_id", id).put("summary", summary).put("result", result);
          body.set("metadata", JsonArgument.object("--metadata", metadata));
          return body;
        },
        "complete");
  }

  @Override
  Optional<String> apply(Tx tx, String id) {
    Long run = session.runOf(id);
    var completion = Completion.empty()
        .withResult(result)
        .withSummary(summary)
        .withMetadata(JsonArgument.object("--metadata", metadata))
        .withRun(run);
    String workspace = run == null ? abandoned(tx, id) : null;
    if (completions.complete(tx, id, completion).completed()) {
      if (workspace != null) {
        workspaces.put(id, workspace);
      }
      return Optional.empty();
    }
    return Optional.of(WhyNot.refused(
        tx, id, "complete", "Only a ready, running or blocked task can be completed.", run));
  }

  /**
   * The scratch workspace that nobody needs any more: no worker's process may be in it, whose launcher removes it, and no
   * artifact may lie in it that is still to be fetched.
   */
  private @Nullable String abandoned(Tx tx, String id) {
    ObjectNode facts = JsonArgument.object("--metadata", metadata);
    if (facts != null && facts.has("artifacts")) {
      return null;
    }
    return Tasks.find(tx, id)
        .filter(task -> task.workspaceKind().equals("scratch") && task.workerPid() == null)
        .filter(task -> {
          Long open = task.currentRunId();
          return open == null || LauncherRuns.get(tx, open).isEmpty();
        })
        .map(Task::workspacePath)
        .orElse(null);
  }

  @Override
  void afterwards(String id) {
    String workspace = workspaces.get(id);
    if (workspace != null && !session.isServed()) {
      try {
        ScratchRemoval.of(session.home()).remove(Path.of(workspace));
      } catch (UncheckedIOException | InvalidPathException e) {
        complain("Workspace '%s' is of no use any more, and could not be removed: %s"
            .formatted(workspace, e.getMessage()));
      }
    }
  }
}
