package dev.talaria.cli;

import dev.talaria.board.BoardStoreException;
import dev.talaria.cli.verb.ArchiveVerb;
import dev.talaria.cli.verb.AssignVerb;
import dev.talaria.cli.verb.BlockVerb;
import dev.talaria.cli.verb.CommentVerb;
import dev.talaria.cli.verb.CompleteVerb;
import dev.talaria.cli.verb.CompletionVerb;
import dev.talaria.cli.verb.CreateVerb;
import dev.talaria.cli.verb.InitVerb;
import dev.talaria.cli.verb.LinkVerb;
import dev.talaria.cli.verb.ListVerb;
import dev.talaria.cli.verb.LogVerb;
import dev.talaria.cli.verb.RunsVerb;
import dev.talaria.cli.verb.ShowVerb;
import dev.talaria.cli.verb.TailVerb;
import dev.talaria.cli.verb.UnblockVerb;
import dev.talaria.cli.verb.UnlinkVerb;
import dev.talaria.cli.verb.VersionVerb;
import dev.talaria.cli.verb.WatchVerb;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The command with all its verbs. One instance serves one invocation, on one thread. */
public final class Talaria {
  private static final int WIDEST_HELP = 120;
  private static final int NARROWEST_HELP = 60;
  private static final int LAST = 1_000;

  private final Surroundings surroundings;

  public Talaria(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** Does what the arguments say, flushes both writers, and says with which code the process should end. */
  public int run(String... args) {
    try {
      return commandLine(args).execute(args);
    } catch (CliFailure e) { // a service verb that cannot be loaded
      return tell(e);
    } finally {
      surroundings.out().flush();
      surroundings.err().flush();
    }
  }

  /** The command model; of the service verbs, only the one that the arguments name is loaded. */
  public CommandLine commandLine(String... args) {
    Session session = new Session(surroundings);
    CommandLine line = new CommandLine(new TalariaCommand(session));
    for (Object verb : localVerbs(session)) {
      line.addSubcommand(verb);
    }
    Optional<ServiceVerbs> named = namedVerb(args).flatMap(ServiceVerbs::named);
    for (ServiceVerbs verb : ServiceVerbs.values()) {
      if (named.equals(Optional.of(verb))) {
        line.addSubcommand(verb.verb(), loaded(verb, session));
      } else {
        line.addSubcommand(verb.verb(), listed(verb));
      }
    }
    addHelp(line);
    line.setOut(surroundings.out());
    line.setErr(surroundings.err());
    line.setExpandAtFiles(false); // '@alice' is text like any other
    line.setColorScheme(
        CommandLine.Help.defaultColorScheme(surroundings.terminal().colour() ? Ansi.ON : Ansi.OFF));
    line.setUsageHelpWidth(
        Math.max(NARROWEST_HELP, Math.min(WIDEST_HELP, surroundings.terminal().width())));
    line.setParameterExceptionHandler((e, wrong) -> refuse(e));
    line.setExecutionExceptionHandler((e, failed, parsed) -> tell(e));
    return line;
  }

  private static List<Object> localVerbs(Session session) {
    return List.of(
        new InitVerb(session),
        new CreateVerb(session),
        new ListVerb(session),
        new ShowVerb(session),
        new RunsVerb(session),
        new CompleteVerb(session),
        new BlockVerb(session),
        new UnblockVerb(session),
        new CommentVerb(session),
        new LinkVerb(session),
        new UnlinkVerb(session),
        new AssignVerb(session),
        new ArchiveVerb(session),
        new TailVerb(session),
        new WatchVerb(session),
        new LogVerb(session),
        new VersionVerb(session),
        new CompletionVerb(session));
  }

  /** The verb among the arguments, or the one that help is wanted for. */
  private static Optional<String> namedVerb(String... args) {
    for (int i = 0; i < args.length; i++) {
      if (args[i].equals("--board")) {
        i++;
      } else if (!args[i].startsWith("-") && !args[i].equals("help")) {
        return Optional.of(args[i]);
      }
    }
    return Optional.empty();
  }

  private static CommandSpec listed(ServiceVerbs verb) {
    CommandSpec spec = CommandSpec.create();
    spec.usageMessage().description(verb.description());
    return spec;
  }

  private static CommandLine loaded(ServiceVerbs verb, Session session) {
    var line = new CommandLine(verb.load(session));
    CommandSpec spec = line.getCommandSpec();
    if (spec.usageMessage().description().length == 0) {
      spec.usageMessage().description(verb.description());
    }
    return line;
  }

  /** Options as they are declared, help last; a verb need not say that it has help. */
  private static void addHelp(CommandLine line) {
    CommandSpec spec = line.getCommandSpec();
    spec.usageMessage().sortOptions(false).abbreviateSynopsis(true);
    if (spec.usageMessage().optionListHeading().isEmpty()) {
      spec.usageMessage().parameterListHeading("%n").optionListHeading("%n");
    }
    if (spec.findOption("--help") == null) {
      spec.addOption(OptionSpec.builder("-h", "--help")
          .usageHelp(true)
          .order(LAST)
          .description("Show this help.")
          .build());
    }
    line.getSubcommands().values().forEach(Talaria::addHelp);
  }

  private int refuse(ParameterException e) {
    CommandLine wrong = e.getCommandLine();
    String name = wrong.getCommandSpec().qualifiedName();
    surroundings.err().println(Refusals.of(e));
    surroundings.err().printf("'%s --help' shows what it takes.%n", name);
    trace(e);
    return Exit.USAGE;
  }

  private int tell(Exception e) {
    int code = e instanceof CliFailure failure ? failure.exitCode() : Exit.FAILED;
    surroundings.err().println(message(e));
    trace(e);
    return code;
  }

  private String message(Exception e) {
    if (e instanceof CliFailure || e instanceof BoardStoreException) {
      return String.valueOf(e.getMessage());
    }
    if (e instanceof UncheckedIOException io && io.getCause() != null) {
      return "%s %s".formatted(io.getMessage(), io.getCause());
    }
    return "Unexpected failure: %s. Run it again with TALARIA_DEBUG=1 for the details."
        .formatted(e);
  }

  private void trace(Exception e) {
    if (surroundings.debug()) {
      e.printStackTrace(surroundings.err());
    }
  }

  /** Reads the result of parsing without running anything; for tests and documentation. */
  ParseResult parse(String... args) {
    return commandLine(args).parseArgs(args);
  }
}
