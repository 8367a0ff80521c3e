package dev.talaria.cli;

import dev.talaria.board.BoardBusyException;
import dev.talaria.board.BoardStoreException;
import dev.talaria.board.DamageReport;
import dev.talaria.board.DamagedBoardException;
import dev.talaria.board.home.Slugs;
import dev.talaria.cli.text.Printable;
import dev.talaria.cli.verb.boards.BoardsVerb;
import dev.talaria.protocol.id.BoardKey;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The command with all its verbs. One instance serves one invocation, on one thread. */
public final class Talaria {
  private static final int WIDEST_HELP = 120;
  private static final int NARROWEST_HELP = 60;
  private static final int LAST = 1_000;

  /** Options of the command itself that take a value. */
  private static final Set<String> WITH_VALUE = Set.of("--board", "--timeout", "--command-id");

  private final Session session;
  private final Surroundings surroundings;
  private @Nullable BoardStoreException unusable;

  public Talaria(Surroundings surroundings) {
    this(new Session(surroundings));
  }

  public Talaria(Session session) {
    this.session = session;
    this.surroundings = session.surroundings();
  }

  /**
   * As {@link #run}, on behalf of another host.
   *
   * @throws BoardStoreException when the board cannot be used at the moment, or at all: that is for its owner to handle
   */
  public int runOrThrow(String... args) {
    int exit = run(args);
    BoardStoreException met = unusable;
    if (met != null) {
      throw met;
    }
    return exit;
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

  /** The command model. Only the verb that the arguments name is loaded; the others are listed with what they do. */
  public CommandLine commandLine(String... args) {
    Optional<String> named = namedVerb(args);
    boolean all = named.flatMap(LocalVerbs::named).equals(Optional.of(LocalVerbs.COMPLETION));
    return commandLine(
        verb -> all || named.flatMap(LocalVerbs::named).equals(Optional.of(verb)), named);
  }

  /** The command model with every local verb loaded; for documentation. */
  CommandLine wholeCommandLine() {
    return commandLine(verb -> true, Optional.empty());
  }

  private CommandLine commandLine(Predicate<LocalVerbs> wanted, Optional<String> named) {
    CommandLine line = new CommandLine(new TalariaCommand(session));
    for (LocalVerbs verb : LocalVerbs.values()) {
      CommandLine command = wanted.test(verb)
          ? described(verb.load(session), verb.description())
          : new CommandLine(listed(verb.description()));
      line.addSubcommand(verb.verb(), command, verb.aliases().toArray(new String[0]));
    }
    for (ServiceVerbs verb : ServiceVerbs.values()) {
      CommandLine command = named.equals(Optional.of(verb.verb()))
          ? described(VerbGroup.line(verb.load(session)), verb.description())
          : new CommandLine(listed(verb.description()));
      line.addSubcommand(verb.verb(), command);
    }
    addHelp(line);
    line.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, new VerbGroups());
    line.setOut(surroundings.out());
    line.setErr(surroundings.err());
    line.setExecutionStrategy(this::execute);
    line.setExpandAtFiles(false); // '@alice' is text like any other
    line.setColorScheme(
        CommandLine.Help.defaultColorScheme(surroundings.terminal().colour() ? Ansi.ON : Ansi.OFF));
    line.setUsageHelpWidth(
        Math.max(NARROWEST_HELP, Math.min(WIDEST_HELP, surroundings.terminal().width())));
    line.setParameterExceptionHandler((e, wrong) -> refuse(e));
    line.setExecutionExceptionHandler((e, failed, parsed) -> tell(e));
    return line;
  }

  /** The verb among the arguments, or the one that help is wanted for. */
  private static Optional<String> namedVerb(String... args) {
    int at = verbAt(args);
    return at < args.length ? Optional.of(args[at]) : Optional.empty();
  }

  private static int verbAt(String... args) {
    for (int i = 0; i < args.length; i++) {
      if (WITH_VALUE.contains(args[i])) {
        i++;
      } else if (!args[i].startsWith("-") && !args[i].equals("help")) {
        return i;
      }
    }
    return args.length;
  }

  /** Does it here, or has it done by the dispatcher of the board's own host. */
  private int execute(ParseResult parsed) {
    try {
      return dispatch(parsed);
    } catch (CliFailure e) { // before any verb runs: a wrong --timeout, say
      return tell(e);
    }
  }

  private int dispatch(ParseResult parsed) {
    TalariaCommand command = (TalariaCommand) parsed.commandSpec().userObject();
    Optional<BoardKey> elsewhere = session.elsewhere();
    Optional<String> host = hostOfBoards(parsed);
    if ((elsewhere.isEmpty() && host.isEmpty()) || !parsed.hasSubcommand()) {
      if (command.commandId() != null) {
        throw refusedHere(parsed, "--command-id is for boards of other hosts; nothing was done.");
      }
      return new CommandLine.RunLast().execute(parsed);
    }
    String name = parsed.subcommand().commandSpec().name();
    Optional<LocalVerbs> verb = LocalVerbs.named(name);
    boolean help = CommandLine.printHelpIfRequested(parsed);
    if (help || name.equals("help")) {
      return help ? Exit.DONE : new CommandLine.RunLast().execute(parsed);
    }
    String[] all = parsed.originalArgs().toArray(new String[0]);
    List<String> arguments = List.of(all).subList(verbAt(all), all.length);
    Reach reach = verb.map(it -> Reach.of(it, arguments))
        .or(() -> ServiceVerbs.named(name).map(it -> Reach.of(it, arguments)))
        .orElseThrow();
    if (verb.isEmpty() && reach.way() == Reach.Way.NO) {
      throw refusedHere(parsed, "'%s' takes no board of a host. %s".formatted(name, reach.why()));
    }
    if (reach.way() == Reach.Way.HERE) {
      return new CommandLine.RunLast().execute(parsed);
    }
    BoardKey board = elsewhere.orElseGet(() -> anyOf(parsed, host.orElseThrow()));
    if (host.isPresent() && !host.get().equals(board.host())) {
      throw refusedHere(
          parsed, "--board names '%s' and --host '%s'; give one.".formatted(board, host.get()));
    }
    var order = new VerbCarrier.Order(
        board, elsewhere.isEmpty(), arguments, reach, command.patience(), command.commandId());
    return carry(parsed, order);
  }

  private int carry(ParseResult parsed, VerbCarrier.Order order) {
    try {
      VerbCarrier carrier = ServiceVerbs.carrier(session);
      if (!carrier.isHere(order.board().host())) {
        return order.reach().way() == Reach.Way.FOLLOWS
            ? carrier.follow(order, (Follower) parsed.subcommand().commandSpec().userObject())
            : carrier.carry(order);
      }
    } catch (BoardStoreException | CliFailure e) {
      return tell(e);
    }
    if (order.commandId() != null) {
      throw refusedHere(
          parsed,
          "--command-id is for boards of other hosts, and '%s' is this host's own; nothing was done."
              .formatted(order.board()));
    }
    session.chooseBoard(order.board().slug());
    return new CommandLine.RunLast().execute(parsed);
  }

  /** The host whose boards are meant; never one when this is the host that was asked. */
  private Optional<String> hostOfBoards(ParseResult parsed) {
    return parsed.hasSubcommand()
            && !session.isServed()
            && parsed.subcommand().commandSpec().userObject() instanceof BoardsVerb boards
        ? boards.host()
        : Optional.empty();
  }

  private static BoardKey anyOf(ParseResult parsed, String host) {
    try {
      return new BoardKey(host, Slugs.DEFAULT);
    } catch (IllegalArgumentException e) {
      throw refusedHere(parsed, String.valueOf(e.getMessage()));
    }
  }

  private static ParameterException refusedHere(ParseResult parsed, String why) {
    return new ParameterException(parsed.commandSpec().commandLine(), why);
  }

  private static CommandSpec listed(String description) {
    CommandSpec spec = CommandSpec.create();
    spec.usageMessage().description(description);
    return spec;
  }

  private static CommandLine described(CommandLine line, String description) {
    CommandSpec spec = line.getCommandSpec();
    if (spec.usageMessage().description().length == 0) {
      spec.usageMessage().description(description);
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
    surroundings.err().println(Printable.message(Refusals.of(e)));
    surroundings.err().printf("'%s --help' shows what it takes.%n", name);
    trace(e);
    return Exit.USAGE;
  }

  private int tell(Exception met) {
    if (session.isServed()
        && (met instanceof BoardBusyException || met instanceof DamagedBoardException)) {
      unusable = (BoardStoreException) met;
      return Exit.FAILED;
    }
    // by now the verb has closed its boards, and the file may be looked at
    Exception e = met instanceof DamagedBoardException damaged
        ? DamageReport.of(damaged, session.boardOptions())
        : met;
    int code = e instanceof CliFailure failure ? failure.exitCode() : Exit.FAILED;
    surroundings.err().println(Printable.message(message(e)));
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
