package dev.talaria.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;
import picocli.CommandLine.IHelpSectionRenderer;

/** Shows the verbs under headings, by what one wants to do; in one column they would be too many to find one. */
final class VerbGroups implements IHelpSectionRenderer {
  private static final int INDENT = 2;
  private static final Map<String, List<String>> GROUPS = groups();

  private static Map<String, List<String>> groups() {
    Map<String, List<String>> groups = new LinkedHashMap<>();
    groups.put(
        "Look",
        names(
            "list show why incidents fleet replay runs tail watch log stats assignees diagnostics context"));
    groups.put(
        "Make and arrange tasks",
        names(
            "create edit set link unlink assign comment archive swarm blackboard specify decompose"));
    groups.put(
        "Move tasks", names("claim heartbeat complete review block unblock schedule promote"));
    groups.put("Set right what went wrong", names("accept reclaim reassign stop close-incident"));
    groups.put("Boards", names("init boards gc notify-subscribe notify-list notify-unsubscribe"));
    groups.put("Hold work back", names("pause resume drain"));
    groups.put(
        "Run",
        names(
            "up dispatcher streams launcher broker dispatch daemon hosts topics config mcp demo bench"));
    groups.put("Look after hosts", names("doctor verify dlq"));
    groups.put("Talaria itself", names("guidance completion version help"));
    return groups;
  }

  private static List<String> names(String spaced) {
    return List.of(spaced.split(" ", -1));
  }

  /** Every verb that has a heading. */
  static List<String> grouped() {
    return GROUPS.values().stream().flatMap(List::stream).toList();
  }

  @Override
  public String render(Help help) {
    Map<String, Help> verbs = new HashMap<>();
    help.subcommands().values().forEach(verb -> verbs.put(verb.commandSpec().name(), verb));
    int widest = verbs.values().stream()
        .mapToInt(verb -> String.join(", ", verb.commandSpec().names()).length())
        .max()
        .orElse(0);
    StringBuilder text = new StringBuilder();
    GROUPS.forEach((heading, names) -> {
      List<Help> members = new ArrayList<>();
      for (String name : names) {
        if (verbs.containsKey(name)) {
          members.add(verbs.get(name));
        }
      }
      text.append("%n%s:%n".formatted(heading)).append(table(help, members, widest));
    });
    return text.toString();
  }

  private static String table(Help help, List<Help> verbs, int widest) {
    int first = widest + INDENT;
    int width = help.commandSpec().usageMessage().width();
    TextTable table = TextTable.forColumns(
        help.colorScheme(),
        new Column(first, INDENT, Overflow.SPAN),
        new Column(width - first, INDENT, Overflow.WRAP));
    for (Help verb : verbs) {
      table.addRowValues(
          help.colorScheme().commandText(String.join(", ", verb.commandSpec().names())),
          help.colorScheme().text(description(verb)));
    }
    return table.toString();
  }

  private static String description(Help verb) {
    return verb.commandSpec().name().equals("help")
        ? "Show the help of a verb."
        : String.join(" ", verb.commandSpec().usageMessage().description());
  }
}
