package dev.talaria.cli.run;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** What the verbs that dispatch boards take. */
final class DispatchOptions {
  @Option(
      names = "--boards",
      paramLabel = "NAME",
      split = ",",
      description = "Only these boards, with commas between. Default: dispatch.boards, else all.")
  private List<String> boards = List.of();

  @Option(
      names = "--dispatch",
      description =
          "Start the ready work of boards that were never dispatched before, without asking.")
  private boolean dispatch;

  /** What these options set, by dotted key. */
  Map<String, String> flags() {
    Map<String, String> flags = new HashMap<>();
    if (!boards.isEmpty()) {
      flags.put("dispatch.boards", String.join(",", boards));
    }
    if (dispatch) {
      flags.put("dispatch.new_boards", "start");
    }
    return flags;
  }
}
