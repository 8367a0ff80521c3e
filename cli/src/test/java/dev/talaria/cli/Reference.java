package dev.talaria.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** Writes the part of docs/cli.md that follows from the command model. Its main method brings the page up to date. */
final class Reference {
  private static final GeneratedPart PART =
      new GeneratedPart("cli.md", "made from the command model by the test class Reference");
  static final Path PAGE = PART.page();

  private Reference() {}

  public static void main(String[] args) throws IOException {
    PART.write(args, verbs());
  }

  /** The page with its generated part made anew. */
  static String updated(String page) {
    return PART.in(page, verbs());
  }

  private static String verbs() {
    StringBuilder text = new StringBuilder();
    for (CommandSpec verb : local()) {
      int depth = verb.parent() != null && verb.parent().parent() != null ? 4 : 3;
      text.append(verb(verb, "#".repeat(depth))).append('\n');
    }
    text.append("### Verbs that run services\n\n")
        .append("`talaria VERB --help` lists their options.\n\n| verb | |\n|---|---|\n");
    for (ServiceVerbs verb : ServiceVerbs.values()) {
      text.append("| `%s` | %s |\n".formatted(verb.verb(), verb.description()));
    }
    return text.toString();
  }

  /** The verbs on a local board, in the order of the help; after a group its own. */
  static List<CommandSpec> local() {
    var nowhere = new PrintWriter(Writer.nullWriter());
    CommandLine line =
        new Talaria(new CliRig(Path.of("home")).surroundings(nowhere, nowhere)).wholeCommandLine();
    List<CommandSpec> verbs = new ArrayList<>();
    for (CommandLine verb : new LinkedHashSet<>(line.getSubcommands().values())) {
      String name = verb.getCommandName();
      if (!name.equals("help") && ServiceVerbs.named(name).isEmpty()) {
        verbs.add(verb.getCommandSpec());
        new LinkedHashSet<>(verb.getSubcommands().values())
            .forEach(own -> verbs.add(own.getCommandSpec()));
      }
    }
    return verbs;
  }

  private static String verb(CommandSpec verb, String heading) {
    String name = verb.qualifiedName().substring("talaria ".length());
    StringBuilder text = new StringBuilder("%s %s\n\n".formatted(heading, name));
    text.append(String.join(" ", verb.usageMessage().description()));
    if (verb.aliases().length > 0) {
      text.append(" Also: `").append(String.join("`, `", verb.aliases())).append("`.");
    }
    text.append('\n');
    List<String> rows = new ArrayList<>();
    verb.positionalParameters().forEach(argument -> rows.add(row(argument, argument.paramLabel())));
    verb.options().stream()
        .filter(option -> !option.usageHelp() && !option.hidden())
        .forEach(option -> rows.add(row(
            option,
            String.join(", ", option.names())
                + (option.arity().max() > 0 ? " " + option.paramLabel() : ""))));
    if (!rows.isEmpty()) {
      text.append("\n| argument | |\n|---|---|\n").append(String.join("", rows));
    }
    for (String line : verb.usageMessage().footer()) {
      if (line.startsWith("Example: ")) {
        text.append("\n```\n").append(line.substring("Example: ".length())).append("\n```\n");
      }
    }
    return text.toString();
  }

  private static String row(ArgSpec argument, String name) {
    return "| `%s` | %s |\n"
        .formatted(name, String.join(" ", argument.description()).replace("|", "\\|"));
  }
}
