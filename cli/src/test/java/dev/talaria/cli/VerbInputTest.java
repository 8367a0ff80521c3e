package dev.talaria.cli;

import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.TaskIds;
import dev.talaria.board.transition.Claims;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Every verb on a local board refuses what makes no sense: it says so, with the right exit code, and changes nothing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VerbInputTest {
  /** Reading these of an unknown task is no error (contract 8). */
  private static final Set<String> SILENT_ABOUT_UNKNOWN_TASKS =
      Set.of("talaria runs", "talaria notify-list");

  private static final int LONGEST_MESSAGE = 4_000;

  @TempDir
  static Path directory;

  private int homes;
  private Path home;

  /** As a daemon's connection: what others commit shows in its data version, and none of them is the last to close. */
  private Board open;

  private CliRig cli;
  private VerbGrammar grammar;
  private final Map<String, String> tasks = new TreeMap<>();

  static Stream<CommandSpec> verbs() {
    return Reference.local().stream().filter(verb -> verb.subcommands().isEmpty());
  }

  @BeforeAll
  void begin() {
    fillTheBoard(newHome());
  }

  @AfterAll
  void end() {
    open.close();
  }

  private Path newHome() {
    return directory.resolve("home" + homes++);
  }

  private void fillTheBoard(Path newHome) {
    home = newHome;
    cli = new CliRig(home);
    grammar = new VerbGrammar(home);
    cli.run("init");
    open = Board.openReadOnly(
        home.resolve("kanban.db"),
        new BoardOptions(InstantSource.system(), TaskIds.random(new Random())));
    cli.run("boards", "create", "side");
    tasks.put(
        "root",
        cli.run("swarm", "goal", "--worker=coder:a", "--verifier=v", "--synthesizer=s", "--json")
            .json()
            .get("root_id")
            .asText());
    tasks.put("ready", cli.create("ready", "--assignee", "coder"));
    tasks.put("todo", cli.create("todo", "--parent", tasks.get("ready")));
    tasks.put("running", cli.create("running", "--assignee", "coder"));
    cli.onBoard(tx -> Claims.claim(tx, tasks.get("running"), "elsewhere:1", 900));
    tasks.put("blocked", cli.create("blocked", "--initial-status", "blocked"));
    tasks.put("triage", cli.create("triage", "--triage"));
    tasks.put("done", cli.create("done"));
    cli.run("complete", tasks.get("done"));
    tasks.put("archived", cli.create("archived"));
    cli.run("archive", tasks.get("archived"));
  }

  @ParameterizedTest
  @MethodSource("verbs")
  void shouldRefuseWrongValues(CommandSpec verb) {
    List<String> before = HomeDigest.of(cli, home);
    var softly = new SoftAssertions();
    for (ArgSpec argument : arguments(verb)) {
      softly
          .assertThat(grammar.knows(argument))
          .as("%s of '%s' needs a line in VerbGrammar", argument.paramLabel(), verb.qualifiedName())
          .isTrue();
      if (!grammar.knows(argument)) {
        continue;
      }
      for (String wrong : grammar.wrong(argument)) {
        if (mayBeTaken(verb, argument, wrong)) {
          continue;
        }
        String[] line = with(verb, argument, wrong);
        check(softly, line, cli.run(line), true);
      }
    }
    softly.assertThat(HomeDigest.of(cli, home)).as("the board").isEqualTo(before);
    softly.assertAll();
  }

  @ParameterizedTest
  @MethodSource("verbs")
  void shouldRefuseTooMuchAndTooLittle(CommandSpec verb) {
    List<String> before = HomeDigest.of(cli, home);
    var softly = new SoftAssertions();
    List<String> plain = grammar.plain(verb, tasks);
    int words = VerbGrammar.words(verb).size();
    for (int i = words; i < plain.size(); i++) {
      List<String> less = new ArrayList<>(plain);
      less.remove(i);
      String[] line = less.toArray(new String[0]);
      CliRig.Result result = cli.run(line);
      check(softly, line, result, true);
      softly.assertThat(result.exit()).as(String.join(" ", line)).isEqualTo(Exit.USAGE);
    }
    List<List<String>> lines = new ArrayList<>();
    lines.add(plus(plain, "--nope"));
    lines.add(plus(plain, "--board=x"));
    boolean takesMore = verb.positionalParameters().stream()
        .anyMatch(p -> p.index().isVariable() || p.arity().isVariable());
    if (!takesMore) {
      String[] more = new String[verb.positionalParameters().size() + 1];
      java.util.Arrays.fill(more, "more");
      lines.add(plus(plain, more));
    }
    for (List<String> line : lines) {
      CliRig.Result result = cli.run(line.toArray(new String[0]));
      check(softly, line.toArray(new String[0]), result, true);
      softly.assertThat(result.exit()).as(String.join(" ", line)).isEqualTo(Exit.USAGE);
    }
    softly.assertThat(HomeDigest.of(cli, home)).as("the board").isEqualTo(before);
    softly.assertAll();
  }

  @ParameterizedTest
  @MethodSource("verbs")
  void shouldNotStumbleOverStrangeValues(CommandSpec verb) {
    var softly = new SoftAssertions();
    for (ArgSpec argument : arguments(verb)) {
      for (String strange : VerbGrammar.STRANGE) {
        long before = open.dataVersion();
        String[] line = with(verb, argument, strange);
        CliRig.Result result = cli.run(line);
        check(softly, line, result, false);
        if (result.exit() != 0) {
          softly
              .assertThat(open.dataVersion())
              .as("changes to the board by '%s'", shown(line))
              .isEqualTo(before);
        }
      }
    }
    softly.assertAll();
    open.close();
    fillTheBoard(newHome());
  }

  @Test
  void shouldRefuseTasksInTheWrongStatus() {
    String done = tasks.get("done");
    String archived = tasks.get("archived");
    String ready = tasks.get("ready");
    String running = tasks.get("running");
    List<String[]> lines = List.of(
        new String[] {"complete", done},
        new String[] {"complete", archived},
        new String[] {"complete", tasks.get("todo")},
        new String[] {"complete", tasks.get("triage")},
        new String[] {"block", done, "why"},
        new String[] {"block", tasks.get("blocked"), "why"},
        new String[] {"unblock", ready},
        new String[] {"unblock", done},
        new String[] {"schedule", done, "why"},
        new String[] {"promote", ready},
        new String[] {"promote", tasks.get("todo")},
        new String[] {"claim", running},
        new String[] {"claim", done},
        new String[] {"claim", ready, "--review"},
        new String[] {"heartbeat", ready},
        new String[] {"edit", ready, "--result=x"},
        new String[] {"review", done},
        new String[] {"reclaim", ready},
        new String[] {"assign", running, "writer"},
        new String[] {"reassign", running, "writer"},
        new String[] {"archive", archived},
        new String[] {"archive", "--rm", ready},
        new String[] {"archive", ready, "--rm", archived},
        new String[] {"link", ready, ready},
        new String[] {"link", tasks.get("todo"), ready},
        new String[] {"unlink", done, ready},
        new String[] {"set", ready, "--status=running"},
        new String[] {"set", ready, "--status=review"},
        new String[] {"set", tasks.get("todo"), "--status=ready"},
        new String[] {"set", ready},
        new String[] {"boards", "rm", "default"},
        new String[] {"boards", "rm", "unknown"},
        new String[] {"boards", "switch", "unknown"},
        new String[] {"--board", "unknown", "list"},
        new String[] {"--board", "../x", "list"},
        new String[] {"--board", "", "list"},
        new String[] {"nope"},
        new String[] {"--nope"},
        new String[] {"create", "a", "b"},
        new String[] {"create", "a", "--branch", "x"},
        new String[] {"create", "a", "--skill", "a,b"},
        new String[] {"create", "a", "--skill", "terminal"},
        new String[] {"create", "a", "--max-retries", "0"},
        new String[] {"show", ready, "--state-type", "status"});
    List<String> before = HomeDigest.of(cli, home);
    var softly = new SoftAssertions();
    for (String[] line : lines) {
      check(softly, line, cli.run(line), true);
    }
    List<String> after = new ArrayList<>(HomeDigest.of(cli, home));
    after.removeIf(row -> row.contains("claim_rejected"));
    softly.assertThat(after).as("the board").containsAll(before);
    softly.assertAll();
  }

  private static void check(
      SoftAssertions softly, String[] line, CliRig.Result result, boolean refused) {
    String typed = shown(line);
    if (refused) {
      softly.assertThat(result.exit()).as("exit code of '%s'", typed).isIn(Exit.FAILED, Exit.USAGE);
    } else {
      softly.assertThat(result.exit()).as("exit code of '%s'", typed).isBetween(0, 2);
    }
    if (result.exit() != 0) {
      String told = List.of(line).contains("--json") ? result.err() + result.out() : result.err();
      softly.assertThat(told).as("what '%s' says", typed).isNotBlank();
    }
    softly
        .assertThat(result.err())
        .as("what '%s' says", typed)
        .doesNotContain("Unexpected failure", "\tat ", "Exception", "SQLITE", "\u001b", "\u0007");
    softly
        .assertThat(result.err().length())
        .as("length of what '%s' says", typed)
        .isLessThan(LONGEST_MESSAGE);
  }

  /** The right values of labels that others use otherwise. */
  private static boolean mayBeTaken(CommandSpec verb, ArgSpec argument, String wrong) {
    String name = verb.qualifiedName();
    String label = VerbGrammar.label(argument);
    boolean naming = argument.isOption()
        && Set.of(
                "--kinds",
                "--chat-id",
                "--thread-id",
                "--user-id",
                "--session",
                "--workflow-template-id",
                "--step-key")
            .contains(((OptionSpec) argument).longestName());
    return naming
        || (label.equals("ID") && SILENT_ABOUT_UNKNOWN_TASKS.contains(name))
        || (label.equals("JSON") && name.endsWith("blackboard"))
        || (label.equals("STATUS") && wrong.isEmpty())
        || name.equals("talaria notify-subscribe") && label.equals("ID") && argument.isOption()
        || (argument.isOption() && label.equals("ID") && wrong.isEmpty());
  }

  private String[] with(CommandSpec verb, ArgSpec argument, String value) {
    List<String> line = new ArrayList<>(VerbGrammar.words(verb));
    for (OptionSpec option : verb.options()) {
      if (option.equals(argument)) {
        line.add(option.longestName() + "=" + value);
      } else if (option.required()) {
        line.add(option.longestName() + "=" + grammar.right(verb, option, tasks));
      }
    }
    int last = -1;
    List<PositionalParamSpec> positionals = verb.positionalParameters();
    for (int i = 0; i < positionals.size(); i++) {
      last = positionals.get(i).equals(argument) || positionals.get(i).arity().min() > 0 ? i : last;
    }
    for (int i = 0; i <= last; i++) {
      boolean meant = positionals.get(i).equals(argument);
      line.add(meant ? value : grammar.right(verb, positionals.get(i), tasks));
    }
    return line.toArray(new String[0]);
  }

  private static List<ArgSpec> arguments(CommandSpec verb) {
    List<ArgSpec> arguments = new ArrayList<>(verb.positionalParameters());
    verb.options().stream().filter(option -> option.arity().max() > 0).forEach(arguments::add);
    return arguments;
  }

  private static List<String> plus(List<String> line, String... more) {
    List<String> longer = new ArrayList<>(line);
    longer.addAll(List.of(more));
    return longer;
  }

  private static String shown(String... line) {
    String typed = String.join(" ", line);
    return typed.length() > 120 ? typed.substring(0, 120) + "..." : typed;
  }
}
