package dev.talaria.cli;

import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Arguments that cannot be understood, in one or two sentences. */
final class Refusals {
  private static final Pattern NO_NUMBER = Pattern.compile(
      "Invalid value for option '(-[^']*)'[^:]*: '(.*)' is not an? (?:int|long)", Pattern.DOTALL);

  private Refusals() {}

  static String of(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched
        && !unmatched.getUnmatched().isEmpty()) {
      return unmatched(unmatched);
    }
    String message = NO_NUMBER
        .matcher(String.valueOf(e.getMessage()))
        .replaceFirst("$1 is '$2'; expected a whole number");
    if (e instanceof MissingParameterException missing && !missing.getMissing().isEmpty()) {
      message = message.replace("Missing required parameter", "Missing");
      List<String> unmatched = missing.getCommandLine().getUnmatchedArguments();
      if (!unmatched.isEmpty() && unmatched.get(0).startsWith("-")) {
        return message
            + "; '%s' is not an option. A text that begins with a dash goes after '--'."
                .formatted(unmatched.get(0));
      }
    }
    return message.endsWith(".") ? message : message + ".";
  }

  private static String unmatched(UnmatchedArgumentException e) {
    CommandLine at = e.getCommandLine();
    String first = e.getUnmatched().get(0);
    boolean root = at.getParent() == null;
    if (!at.getSubcommands().isEmpty() && !first.startsWith("-")) {
      List<String> similar = e.getSuggestions();
      String hint = similar.isEmpty() ? "" : " Did you mean %s?".formatted(quoted(similar));
      String where = root ? "" : " of '%s'".formatted(at.getCommandSpec().qualifiedName());
      return "'%s' is not a verb%s.%s".formatted(first, where, hint);
    }
    if (!root && first.startsWith("--board")) {
      return "--board goes before the verb: 'talaria --board NAME %s ...'."
          .formatted(at.getCommandName());
    }
    List<String> owners = at.getSubcommands().values().stream()
        .map(CommandLine::getCommandSpec)
        .filter(member -> member.findOption(first.split("=", 2)[0]) != null)
        .map(member -> member.qualifiedName())
        .distinct()
        .toList();
    if (!root && !owners.isEmpty()) {
      return "'%s' is not an option of '%s', but of %s."
          .formatted(first, at.getCommandSpec().qualifiedName(), quoted(owners));
    }
    if (first.startsWith("-")) {
      return "'%s' is not an option of '%s'. A text that begins with a dash goes after '--'."
          .formatted(first, at.getCommandSpec().qualifiedName());
    }
    return "'%s' is one argument too many for '%s'. A text with blanks goes in quotes."
        .formatted(first, at.getCommandSpec().qualifiedName());
  }

  private static String quoted(List<String> names) {
    return String.join(
        " or ", names.stream().limit(3).map(name -> "'" + name + "'").toList());
  }
}
