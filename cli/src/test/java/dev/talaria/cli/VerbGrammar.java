package dev.talaria.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * What may be typed, read off the command model: for each label of an argument values that a verb should take, and values
 * that it must refuse. A verb with a new label needs a line here; {@link VerbInputTest} says so.
 */
final class VerbGrammar {
  /** More than an operating system passes on in one argument; a library caller could. */
  static final String HUGE = "x".repeat(1_000_000);

  private static final String BINARY = "a\u0001\u001b[31m\u0007\u0000\uFFFF\u202Eb";

  /** Taken or refused, never a reason to fail. */
  static final List<String> STRANGE = List.of(
      "",
      " ",
      "-x",
      "--",
      "--nope",
      "@file",
      "../../etc/passwd",
      "%s%n{}",
      "'; DROP TABLE tasks; --",
      "\u00a0",
      "🚀",
      BINARY,
      HUGE);

  private static final List<String> NUMBERS = List.of("x", "1.5", "", "99999999999999999999");
  private static final List<String> IDS =
      List.of("t_nope", "", " ", "T_00000001", "../../x", "%", BINARY, HUGE);
  private static final List<String> TIMES =
      List.of("x", "", "5y", "NaN", "1e999d", "-5m", "99999999999999999999d", "5 m 3");
  private static final List<String> JSONS = List.of(
      "{", "", "[1]", "nope", "{\"a\": 1} x", "{\"a\":" + "[".repeat(100_000), BINARY, HUGE);

  /** A value that is right, and those that must be refused. */
  private record Values(String right, List<String> wrong) {}

  private final Path home;
  private final Map<String, Values> values;

  /**
   * A grammar.
   *
   * @param home an empty directory, in which all paths lie that a verb may touch
   */
  VerbGrammar(Path home) {
    this.home = home;
    values = Map.ofEntries(
        Map.entry("ID", new Values("ready", IDS)),
        Map.entry("RUN", new Values("ready", IDS)),
        Map.entry("PARENT", new Values("done", IDS)),
        Map.entry("CHILD", new Values("ready", IDS)),
        Map.entry("ROOT", new Values("root", IDS)),
        Map.entry("N", new Values("3", NUMBERS)),
        Map.entry("SECONDS", new Values("60", NUMBERS)),
        Map.entry("BYTES", new Values("60", NUMBERS)),
        Map.entry("DAYS", new Values("60", NUMBERS)),
        Map.entry("TIME", new Values("5m", TIMES)),
        Map.entry("JSON", new Values("{\"a\": 1}", JSONS)),
        Map.entry("STATUS", new Values("ready", List.of("nope", "", "READY!", BINARY, HUGE))),
        Map.entry("TYPE", new Values("status", List.of("nope", "", BINARY))),
        Map.entry(
            "KIND", new Values("scratch", List.of("nope", "", "dir:", "dir", "scratch:x", BINARY))),
        Map.entry(
            "SLUG",
            new Values(
                "side",
                List.of(
                    "..",
                    "../x",
                    "a/b",
                    "a\\b",
                    "-x",
                    "_archived",
                    ".",
                    " ",
                    "ä",
                    "x".repeat(65),
                    BINARY,
                    HUGE))),
        Map.entry("HOST", new Values("here", List.of("", " ", "a/b", "ä", "..", BINARY, HUGE))),
        Map.entry("SHELL", new Values("bash", List.of("nope", BINARY))),
        Map.entry("LEVEL", new Values("warning", List.of("nope", "", BINARY, HUGE))),
        Map.entry("ROLE", new Values("worker", List.of("nope", BINARY))),
        Map.entry(
            "PROFILE:TITLE[:SKILL,..]",
            new Values("coder:do it", List.of("", ":", "coder", "coder:", ":title", " : "))),
        Map.entry("PATH", new Values(home.resolve("dir").toString(), List.of())),
        Map.entry("PROFILE", new Values("coder", List.of())),
        Map.entry("TITLE", new Values("title", List.of())),
        Map.entry("TEXT", new Values("text", List.of())),
        Map.entry("REASON", new Values("reason", List.of())),
        Map.entry("SUMMARY", new Values("summary", List.of())),
        Map.entry("GOAL", new Values("goal", List.of())),
        Map.entry("NAME", new Values("name", List.of())),
        Map.entry(
            "KEY=VALUE",
            new Values(
                "gpu=true", List.of("", "gpu", "=", "gpu=", "=true", "a b=c", BINARY, HUGE))),
        Map.entry("KEY", new Values("key", List.of())));
  }

  Path home() {
    return home;
  }

  static String label(ArgSpec argument) {
    return argument.paramLabel();
  }

  boolean knows(ArgSpec argument) {
    return values.containsKey(label(argument));
  }

  private Values of(ArgSpec argument) {
    return values.getOrDefault(label(argument), new Values("x", List.of()));
  }

  /** What each of these must be refused, whatever else is said. */
  List<String> wrong(ArgSpec argument) {
    return of(argument).wrong();
  }

  /** A value that is right where nothing else forbids it; task ids are looked up by name. */
  String right(CommandSpec verb, ArgSpec argument, Map<String, String> tasks) {
    String value = of(argument).right();
    if (label(argument).equals("STATUS") && verb.name().equals("create")) {
      return "running";
    }
    if (label(argument).equals("KEY") && argument.isOption() && verb.name().equals("list")) {
      return "title";
    }
    return tasks.getOrDefault(value, value);
  }

  /** The verb with what it needs, everything right. */
  List<String> plain(CommandSpec verb, Map<String, String> tasks) {
    List<String> line = words(verb);
    for (OptionSpec option : verb.options()) {
      if (option.required()) {
        line.add(option.longestName() + "=" + right(verb, option, tasks));
      }
    }
    for (PositionalParamSpec positional : verb.positionalParameters()) {
      if (positional.arity().min() > 0) {
        line.add(right(verb, positional, tasks));
      }
    }
    return line;
  }

  static List<String> words(CommandSpec verb) {
    String name = verb.qualifiedName().substring("talaria".length()).strip();
    return new ArrayList<>(List.of(name.split(" ", -1)));
  }

  /** Any line about the verb. */
  List<String> random(CommandSpec verb, Random random, List<String> taskIds) {
    List<String> line = words(verb);
    for (OptionSpec option : verb.options()) {
      boolean given = option.required() ? random.nextInt(12) > 0 : random.nextInt(4) == 0;
      if (given && !option.usageHelp()) {
        String name = option.names()[random.nextInt(option.names().length)];
        if (option.arity().max() == 0) {
          line.add(name);
        } else if (random.nextBoolean() && name.startsWith("--")) {
          line.add(name + "=" + value(verb, option, random, taskIds));
        } else {
          line.add(name);
          line.add(value(verb, option, random, taskIds));
        }
      }
    }
    for (PositionalParamSpec positional : verb.positionalParameters()) {
      int least = positional.arity().min();
      int count = random.nextInt(12) == 0 ? random.nextInt(3) : least + random.nextInt(2);
      for (int i = 0; i < count; i++) {
        line.add(value(verb, positional, random, taskIds));
      }
    }
    if (random.nextInt(15) == 0) {
      line.add(random.nextInt(line.size() + 1), STRANGE.get(random.nextInt(STRANGE.size())));
    }
    return line;
  }

  private String value(CommandSpec verb, ArgSpec argument, Random random, List<String> taskIds) {
    if (random.nextInt(8) == 0) {
      return STRANGE.get(random.nextInt(STRANGE.size()));
    }
    List<String> wrong = wrong(argument);
    if (!wrong.isEmpty() && random.nextInt(8) == 0) {
      return wrong.get(random.nextInt(wrong.size()));
    }
    return switch (label(argument)) {
      case "ID", "PARENT", "CHILD", "ROOT" ->
        taskIds.isEmpty() ? "t_nope" : taskIds.get(random.nextInt(taskIds.size()));
      case "STATUS" ->
        one(
            random,
            "ready",
            "todo",
            "triage",
            "blocked",
            "done",
            "running",
            "scheduled",
            "archived",
            "review");
      case "KIND" ->
        one(random, "scratch", "dir:" + home.resolve("dir"), "worktree", "blocked", "dir");
      case "N", "SECONDS", "BYTES", "DAYS" ->
        one(random, "0", "1", "3", "-1", "86400", "9223372036854775807");
      case "TIME" -> one(random, "1s", "5m", "0", "1.5h", "2030-01-01", "2030-01-01T10:00", "30");
      case "KEY" -> one(random, "key", "priority", "created-desc", "updated", "a b");
      case "SLUG" -> one(random, "side", "other", "default", "Side");
      default -> right(verb, argument, Map.of());
    };
  }

  private static String one(Random random, String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
