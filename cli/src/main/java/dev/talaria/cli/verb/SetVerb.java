package dev.talaria.cli.verb;

import dev.talaria.board.Board;
import dev.talaria.board.Tx;
import dev.talaria.board.task.Assignments;
import dev.talaria.board.task.Requirements;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Edits;
import dev.talaria.board.transition.Recompute;
import dev.talaria.board.transition.StatusMoves;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "set",
    footer = {"", "Example: talaria set t_0a1b2c3d --status todo --priority 9"})
public final class SetVerb extends BoardVerb {
  @Parameters(paramLabel = "ID", description = "The task.")
  private String id = "";

  @Option(
      names = "--status",
      paramLabel = "STATUS",
      description =
          "Move it to triage, todo, ready, scheduled, blocked, done or archived; out of done and archived too.")
  private @Nullable String status;

  @Option(names = "--priority", paramLabel = "N", description = "Higher goes first.")
  private @Nullable Long priority;

  @Option(names = "--title", paramLabel = "TEXT", description = "What is to be done, in a line.")
  private @Nullable String title;

  @Option(names = "--body", paramLabel = "TEXT", description = "What is to be done, at length.")
  private @Nullable String body;

  @Option(
      names = "--max-runtime",
      paramLabel = "TIME",
      description = "How long one attempt may take: 30s, 5m, 2h; none lifts the limit.")
  private @Nullable String maxRuntime;

  @Option(
      names = "--require",
      paramLabel = "KEY=VALUE",
      description =
          "A label that the launcher must have which gets it. May be given several times.")
  private List<String> requires = List.of();

  @Option(
      names = "--no-require",
      paramLabel = "KEY",
      description = "Takes a requirement away. May be given several times.")
  private List<String> requiresNot = List.of();

  public SetVerb(Session session) {
    super(session);
  }

  @Override
  void check() {
    boolean fields =
        status != null || priority != null || title != null || body != null || maxRuntime != null;
    if (!fields && requires.isEmpty() && requiresNot.isEmpty()) {
      throw CliFailure.usage(
          "Nothing to change; give --status, --priority, --title, --body, --max-runtime, --require or --no-require.");
    }
    runtime();
    Requires.parse(requires);
  }

  private @Nullable Long runtime() {
    return maxRuntime == null || maxRuntime.equals("none")
        ? null
        : Spans.seconds("--max-runtime", maxRuntime);
  }

  @Override
  int run(Board board) {
    board.change(this::apply);
    say("Changed %s", id);
    return Exit.DONE;
  }

  /** All or nothing. */
  private void apply(Tx tx) {
    if (!Tasks.exists(tx, id)) {
      throw CliFailure.failed(WhyNot.unknown(id));
    }
    if (status != null) {
      var moves = new StatusMoves(new Recompute(Recompute.DEFAULT_AUTO_RECOVER_LIMIT));
      Optional<String> refusal = moves.move(tx, id, status, null, Completion.empty());
      refusal.ifPresent(why -> {
        throw CliFailure.failed(why);
      });
    }
    if (priority != null) {
      Edits.priority(tx, id, priority);
    }
    if (title != null || body != null) {
      Edits.text(tx, id, title, body);
    }
    if (maxRuntime != null) {
      Assignments.setMaxRuntime(tx, id, runtime());
    }
    if (!Requirements.remove(tx, id, requiresNot)) {
      throw CliFailure.failed(
          "Task %s does not require all of %s; it requires %s. Nothing was changed."
              .formatted(id, requiresNot, Requirements.of(tx, id)));
    }
    Requirements.add(tx, id, Requires.parse(requires));
  }
}
