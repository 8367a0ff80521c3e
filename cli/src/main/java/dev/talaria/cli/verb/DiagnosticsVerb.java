package dev.talaria.cli.verb;

import dev.talaria.board.Board;
import dev.talaria.board.diagnostics.Diagnostics;
import dev.talaria.board.diagnostics.Severity;
import dev.talaria.board.diagnostics.TaskDiagnostics;
import dev.talaria.board.diagnostics.Thresholds;
import dev.talaria.board.task.Tasks;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.cli.text.Shapes;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "diagnostics",
    footer = {
      "",
      "docs/diagnostics.md says what each finding means, and where its thresholds are set.",
      "Example: talaria diagnostics --severity error"
    })
public final class DiagnosticsVerb extends BoardVerb {
  private static final int MOST_TOLD = 100;

  @Option(
      names = "--severity",
      paramLabel = "LEVEL",
      description = "Only what is this bad or worse: warning (default), error or critical.")
  private String severity = Severity.WARNING.wire();

  @Option(names = "--task", paramLabel = "ID", description = "Only this task.")
  private @Nullable String task;

  @Option(names = "--json", description = "Print an array of tasks with their findings as JSON.")
  private boolean json;

  public DiagnosticsVerb(Session session) {
    super(session);
  }

  @Override
  void check() {
    level();
  }

  private Severity level() {
    String wanted = severity.toLowerCase(Locale.ROOT);
    return Arrays.stream(Severity.values())
        .filter(level -> level.wire().equals(wanted))
        .findFirst()
        .orElseThrow(() -> CliFailure.usage(
            "--severity is '%s'; expected warning, error or critical.".formatted(severity)));
  }

  @Override
  int run(Board board) {
    Thresholds thresholds = Configuration.of(session).thresholds();
    List<TaskDiagnostics> found = found(board, thresholds).stream()
        .map(one -> one.atLeast(level()))
        .flatMap(Optional::stream)
        .toList();
    if (json) {
      say(JsonOut.indented(Shapes.array(found, TaskDiagnostics::json)));
    } else if (found.isEmpty()) {
      complain("Nothing needs attention.");
    } else {
      tell(found);
    }
    return Exit.DONE;
  }

  private List<TaskDiagnostics> found(Board board, Thresholds thresholds) {
    String id = task;
    if (id == null) {
      return board.read(tx -> Diagnostics.ofBoard(tx, thresholds));
    }
    return board.read(tx -> {
      if (!Tasks.exists(tx, id)) {
        throw CliFailure.failed(WhyNot.unknown(id));
      }
      return Diagnostics.ofTask(tx, id, thresholds).stream().toList();
    });
  }

  private void tell(List<TaskDiagnostics> found) {
    found.stream()
        .limit(MOST_TOLD)
        .forEach(one -> DiagnosticsText.whole(session.terminal(), one).forEach(line -> say(line)));
    if (found.size() > MOST_TOLD) {
      say("... and %d tasks more; --json has them all.", found.size() - MOST_TOLD);
      say("");
    }
    say(DiagnosticsText.summary(found));
  }
}
