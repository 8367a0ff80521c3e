package dev.talaria.cli.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Tx;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import dev.talaria.board.transition.Recompute;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.RemoteRun;
import dev.talaria.cli.Session;
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
    Optional<String> workspace =
        run == null ? AbandonedScratch.of(tx, id, completion.metadata()) : Optional.empty();
    if (completions.complete(tx, id, completion).completed()) {
      workspace.ifPresent(path -> workspaces.put(id, path));
      return Optional.empty();
    }
    return Optional.of(WhyNot.refused(
        tx, id, "complete", "Only a ready, running or blocked task can be completed.", run));
  }

  @Override
  void afterwards(String id) {
    String workspace = workspaces.get(id);
    if (workspace != null) {
      AbandonedScratch.remove(session, workspace).ifPresent(this::complain);
    }
  }
}
