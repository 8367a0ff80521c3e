package dev.talaria.cli.verb;

import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.task.Requirements;
import dev.talaria.cli.CliFailure;
import java.util.List;
import java.util.Map;

/** What {@code --require} says. */
final class Requires {
  private Requires() {}

  /** The requirements, by key; of the same key the last holds. */
  static Map<String, String> parse(List<String> pairs) {
    try {
      return Requirements.parse(pairs);
    } catch (InvalidRequestException e) {
      throw CliFailure.usage("--require: " + e.getMessage());
    }
  }
}
