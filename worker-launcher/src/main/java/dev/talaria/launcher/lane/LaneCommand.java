package dev.talaria.launcher.lane;

import dev.talaria.launcher.process.SpawnFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An argument template from the launcher's own configuration. Each element is one argument, and a task's values fill
 * placeholders within one, never across: no shell line is ever built. A nested list is an optional group: left out when one of
 * its placeholders has no value, repeated for each where one has several.
 *
 * <pre>
 *   command: [claude, -p, "Work on task {task_id}: {title}", [--model, "{model}"]]
 *   command: [hermes, -p, "{profile}", [--skills, "{skills}"], chat, -q, "work kanban task {task_id}"]
 * </pre>
 *
 * A doubled brace stands for a single one. Where a value is the whole of an argument it must not begin with a dash: a title
 * would otherwise become an option.
 */
public final class LaneCommand {
  private static final Pattern PART = Pattern.compile("\\{\\{|}}|\\{([a-z_]+)}|\\{|}");

  private record Group(List<String> arguments, boolean optional) {}

  private final List<Group> groups;

  private LaneCommand(List<Group> groups) {
    this.groups = List.copyOf(groups);
  }

  /**
   * Reads a template of strings and lists of strings. Throws {@link IllegalArgumentException} for anything else, for an unknown
   * placeholder, and for a program that is not fixed.
   */
  public static LaneCommand parse(List<?> template) {
    List<Group> groups = new ArrayList<>();
    for (Object element : template) {
      if (element instanceof List<?> nested) {
        groups.add(new Group(nested.stream().map(LaneCommand::argument).toList(), true));
      } else {
        groups.add(new Group(List.of(argument(element)), false));
      }
    }
    if (groups.isEmpty()
        || groups.get(0).optional()
        || hasPlaceholder(groups.get(0).arguments().get(0))) {
      throw new IllegalArgumentException(
          "Lane command %s does not begin with a program; a task must not choose it."
              .formatted(template));
    }
    return new LaneCommand(groups);
  }

  /** What is executed: its first argument, which no task fills. */
  public String program() {
    return groups.get(0).arguments().get(0).replace("{{", "{").replace("}}", "}");
  }

  private static String argument(Object element) {
    if (!(element instanceof String || element instanceof Number)) {
      throw new IllegalArgumentException(
          "'%s' in a lane command is neither text nor a list of texts.".formatted(element));
    }
    String argument = element.toString();
    Matcher parts = PART.matcher(argument);
    while (parts.find()) {
      String name = parts.group(1);
      if (name != null && !LaneValues.NAMES.contains(name)) {
        throw new IllegalArgumentException(
            "'{%s}' in a lane command is not a placeholder; known are %s."
                .formatted(name, LaneValues.NAMES));
      }
      if (name == null && parts.group().length() == 1) {
        throw new IllegalArgumentException(
            "'%s' in a lane command has a single brace; write '%s' for a literal one."
                .formatted(argument, parts.group().repeat(2)));
      }
    }
    return argument;
  }

  /** The command line of one task. A value that cannot be an argument is the task's fault. */
  public List<String> fill(LaneValues values) throws SpawnFailure {
    List<String> argv = new ArrayList<>();
    for (Group group : groups) {
      int times = group.optional() ? repetitions(group, values) : 1;
      for (int i = 0; i < times; i++) {
        for (String argument : group.arguments()) {
          argv.add(fill(argument, values, i));
        }
      }
    }
    return List.copyOf(argv);
  }

  private static int repetitions(Group group, LaneValues values) {
    int most = 1;
    for (String argument : group.arguments()) {
      for (String name : placeholders(argument)) {
        int count = values.get(name).size();
        if (count == 0) {
          return 0;
        }
        most = Math.max(most, count);
      }
    }
    return most;
  }

  private static String fill(String argument, LaneValues values, int repetition)
      throws SpawnFailure {
    Matcher parts = PART.matcher(argument);
    StringBuilder filled = new StringBuilder();
    int last = 0;
    while (parts.find()) {
      filled.append(argument, last, parts.start());
      last = parts.end();
      String name = parts.group(1);
      if (name == null) {
        filled.append(parts.group().charAt(0));
        continue;
      }
      List<String> several = values.get(name);
      String value = several.isEmpty() ? "" : several.get(Math.min(repetition, several.size() - 1));
      if (value.startsWith("-") && parts.start() == 0 && parts.end() == argument.length()) {
        throw SpawnFailure.ofTask(
            "Cannot start the worker: {%s} is '%s', which begins with a dash and would be taken for an option."
                .formatted(name, shown(value)));
      }
      filled.append(value);
    }
    return filled.append(argument.substring(last)).toString();
  }

  private static String shown(String value) {
    return value.length() <= 80 ? value : value.substring(0, 80) + "...";
  }

  private static boolean hasPlaceholder(String argument) {
    return !placeholders(argument).isEmpty();
  }

  private static List<String> placeholders(String argument) {
    return PART.matcher(argument)
        .results()
        .map(part -> part.group(1))
        .filter(name -> name != null)
        .toList();
  }
}
