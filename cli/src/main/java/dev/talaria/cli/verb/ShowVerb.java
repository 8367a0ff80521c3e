package dev.talaria.cli.verb;

import dev.talaria.board.Board;
import dev.talaria.board.Tx;
import dev.talaria.board.diagnostics.Diagnostics;
import dev.talaria.board.diagnostics.TaskDiagnostics;
import dev.talaria.board.dispatch.LastWords;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.TaskDetail;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.transition.Schedules;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.RemoteRun;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.cli.text.Shapes;
import dev.talaria.protocol.waiting.Downstream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "show",
    footer = {"", "Example: talaria show t_0a1b2c3d"})
public final class ShowVerb extends BoardVerb {
  @Parameters(paramLabel = "ID", description = "The task.")
  private String id = "";

  @Mixin
  private RunFilter filter = new RunFilter();

  @Option(names = "--json", description = "Print it all as one JSON object.")
  private boolean json;

  public ShowVerb(Session session) {
    super(session);
  }

  @Override
  void check() {
    filter.check();
  }

  @Override
  int elsewhere(RemoteRun remote) {
    return onSlice(remote);
  }

  @Override
  int run(Board board) {
    tellPaused(board);
    Seen seen = board
        .read(tx -> Tasks.show(tx, id)
            .map(detail -> new Seen(
                detail,
                wakesAt(tx),
                LastWords.awaited(tx, detail.task()).isPresent(),
                json ? null : StrandedText.below(tx, detail.task()))))
        .orElseThrow(() -> CliFailure.failed(WhyNot.unknown(id)));
    TaskDetail detail = seen.detail();
    List<Run> runs = filter.of(detail.runs());
    if (json) {
      say(JsonOut.indented(Shapes.show(detail, runs)));
    } else {
      Optional<TaskDiagnostics> wrong = board.read(
          tx -> Diagnostics.ofTask(tx, id, Configuration.tolerant(session).thresholds()));
      TaskText.show(session, detail, runs, seen.wakesAt(), seen.below(), wrong)
          .forEach(line -> say(line));
      if (seen.lastWords()) {
        complain(
            "Its worker's last words are kept: 'talaria accept %s --show' prints them, and without --show they become its result."
                .formatted(id));
      }
    }
    return Exit.DONE;
  }

  private record Seen(
      TaskDetail detail,
      @Nullable Long wakesAt,
      boolean lastWords,
      @Nullable Downstream below) {}

  private @Nullable Long wakesAt(Tx tx) {
    return Schedules.get(tx, id).map(Schedules.Schedule::at).orElse(null);
  }
}
