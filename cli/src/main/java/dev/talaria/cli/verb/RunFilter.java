package dev.talaria.cli.verb;

import dev.talaria.board.task.Run;
import dev.talaria.cli.CliFailure;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which runs to show; both options or neither. */
final class RunFilter {
  @Option(
      names = "--state-type",
      paramLabel = "TYPE",
      description = "What --state-name names: status or outcome.")
  private @Nullable String type;

  @Option(
      names = "--state-name",
      paramLabel = "NAME",
      description = "Only runs in this state, such as crashed.")
  private @Nullable String name;

  void check() {
    if ((type == null) != (name == null)) {
      throw CliFailure.usage("--state-type and --state-name belong together; give both or none.");
    }
    if (type != null && !type.equals("status") && !type.equals("outcome")) {
      throw CliFailure.usage("--state-type is '%s'; expected status or outcome.".formatted(type));
    }
  }

  List<Run> of(List<Run> runs) {
    if (type == null || name == null) {
      return runs;
    }
    String wanted = name;
    boolean status = type.equals("status");
    return runs.stream()
        .filter(run -> wanted.equals(status ? run.status() : run.outcome()))
        .toList();
  }
}
