package dev.talaria.cli.verb;

import dev.talaria.board.text.HermesText;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One task, a reason in words, and more tasks for the same reason. */
final class Targets {
  @Parameters(index = "0", paramLabel = "ID", description = "The task.")
  private String id = "";

  @Parameters(index = "1..*", paramLabel = "REASON", arity = "0..*", description = "Why, in words.")
  private List<String> reason = List.of();

  @Option(
      names = "--ids",
      paramLabel = "ID",
      arity = "1..*",
      description = "More tasks, for the same reason.")
  private List<String> more = List.of();

  /** All tasks in the order that they were given, each once. */
  List<String> ids() {
    LinkedHashSet<String> all = new LinkedHashSet<>();
    all.add(id);
    all.addAll(more);
    return new ArrayList<>(all);
  }

  /** The words as one text; null when there are none. */
  @Nullable
  String reason() {
    return HermesText.stripToNull(String.join(" ", reason));
  }
}
