package dev.talaria.cli.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Board;
import dev.talaria.board.BoardStoreException;
import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.LastWords;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.text.HermesText;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import dev.talaria.board.transition.Recompute;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.cli.text.Printable;
import dev.talaria.protocol.id.RunKey;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "accept",
    description =
        "A worker that exits with 0 and has neither completed nor blocked its task leaves it blocked. The completion that the board had refused, or else the end of its output, is kept: this makes it the task's summary, result and metadata, and completes the task.",
    footer = {"", "Example: talaria accept t_0a1b2c3d --show", "         talaria accept 17"})
public final class AcceptVerb extends BoardVerb {
  @Parameters(
      paramLabel = "RUN",
      arity = "1..*",
      description =
          "Run ids as 'runs' lists them, run keys, or tasks, which stand for their last runs.")
  private List<String> runs = List.of();

  @Option(
      names = {"--show", "--dry-run"},
      description = "Print what would be handed over, and change nothing.")
  private boolean show;

  @Option(
      names = "--author",
      paramLabel = "NAME",
      description = "Who accepts it. Default: the worker's profile, else user.")
  private @Nullable String author;

  @Option(names = "--json", description = "Print a JSON array.")
  private boolean json;

  private final Completions completions =
      new Completions(new Recompute(Recompute.DEFAULT_AUTO_RECOVER_LIMIT));

  public AcceptVerb(Session session) {
    super(session);
  }

  private record Outcome(
      LastWords.@Nullable Kept kept,
      @Nullable String refusal,
      @Nullable String workspace) {
    static Outcome refused(String reason) {
      return new Outcome(null, reason, null);
    }
  }

  @Override
  int run(Board board) {
    int exit = Exit.DONE;
    List<ObjectNode> all = new ArrayList<>();
    for (String run : new LinkedHashSet<>(runs)) {
      Outcome outcome = outcome(board, run);
      all.add(json(run, outcome));
      if (outcome.refusal() != null) {
        complain(outcome.refusal());
        exit = Exit.FAILED;
      } else if (outcome.kept() != null && !json) {
        tell(outcome.kept());
      }
      if (outcome.workspace() != null) {
        AbandonedScratch.remove(session, outcome.workspace()).ifPresent(this::complain);
      }
    }
    if (json) {
      var array = new JsonOut.ArrayOut(session.out());
      all.forEach(array::add);
      array.end();
    }
    return exit;
  }

  private Outcome outcome(Board board, String run) {
    try {
      return show ? board.read(tx -> look(tx, run)) : board.write(tx -> accept(tx, run));
    } catch (BoardStoreException e) {
      return Outcome.refused(String.valueOf(e.getMessage()));
    }
  }

  private Outcome look(Tx tx, String run) {
    LastWords.Answer answer = answer(tx, run);
    return answer instanceof LastWords.Kept kept
        ? new Outcome(kept, null, null)
        : Outcome.refused(((LastWords.None) answer).reason());
  }

  private Outcome accept(Tx tx, String run) {
    Outcome found = look(tx, run);
    LastWords.Kept kept = found.kept();
    if (kept == null) {
      return found;
    }
    Optional<String> workspace =
        AbandonedScratch.of(tx, kept.taskId(), kept.completion().metadata());
    String by = HermesText.isBlank(author) ? session.author() : String.valueOf(author);
    return LastWords.accept(tx, completions, kept, by).completed()
        ? new Outcome(kept, null, workspace.orElse(null))
        : Outcome.refused(WhyNot.refused(
            tx,
            kept.taskId(),
            "accept",
            "Only a blocked task's last words can be accepted.",
            null));
  }

  private LastWords.Answer answer(Tx tx, String run) {
    if (run.matches("[0-9]{1,18}")) {
      return LastWords.of(tx, Long.parseLong(run));
    }
    if (run.indexOf('#') < 0) {
      return LastWords.ofTask(tx, run);
    }
    RunKey key;
    try {
      key = RunKey.parse(run);
    } catch (IllegalArgumentException e) {
      return new LastWords.None(
          "'%s' is not a run; expected its number, a task's id, or host/slug#task#run."
              .formatted(HermesText.brief(run)));
    }
    String slug = session.location().slug();
    if (!key.board().slug().equals(slug)) {
      return new LastWords.None("Run '%s' is of board '%s', and this is board '%s'. Say --board %s."
          .formatted(run, key.board(), slug, key.board()));
    }
    LastWords.Answer answer = LastWords.of(tx, key.runId());
    return answer instanceof LastWords.Kept kept && !kept.taskId().equals(key.taskId())
        ? new LastWords.None(
            "Run %d of this board is of task '%s', not '%s'; is '%s' of another host? Say --board %s."
                .formatted(key.runId(), kept.taskId(), key.taskId(), run, key.board()))
        : answer;
  }

  private void tell(LastWords.Kept kept) {
    if (!show) {
      say("Accepted run %d: %s is done", kept.runId(), kept.taskId());
      return;
    }
    Completion completion = kept.completion();
    say(
        kept.source() == LastWords.Source.DRAFT
            ? "Run %d of %s wanted to complete it, and the board refused:"
            : "Run %d of %s completed nothing; its output ended with:",
        kept.runId(),
        kept.taskId());
    block("refused", kept.refused());
    block("summary", completion.summary());
    block("result", completion.result());
    block("metadata", BoardJson.column(completion.metadata()));
    complain("Nothing was changed. 'talaria accept %d' completes the task with that."
        .formatted(kept.runId()));
  }

  private void block(String label, @Nullable String text) {
    if (!HermesText.isBlank(text)) {
      say("  %s", label);
      Printable.block(String.valueOf(text)).lines().forEach(line -> say("    %s", line));
    }
  }

  private ObjectNode json(String run, Outcome outcome) {
    ObjectNode node =
        BoardJson.object().put("asked", run).put("accepted", !show && outcome.kept() != null);
    LastWords.Kept kept = outcome.kept();
    if (kept == null) {
      return node.put("error", outcome.refusal());
    }
    Completion completion = kept.completion();
    node.put("run_id", kept.runId())
        .put("task_id", kept.taskId())
        .put("from", kept.source().word())
        .put("refused", kept.refused())
        .put("summary", completion.summary())
        .put("result", completion.result());
    node.set("metadata", completion.metadata());
    return node;
  }
}
