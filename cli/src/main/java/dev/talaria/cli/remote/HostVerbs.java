package dev.talaria.cli.remote;

import dev.talaria.board.Board;
import dev.talaria.board.home.BoardHome;
import dev.talaria.cli.Exit;
import dev.talaria.cli.LocalVerbs;
import dev.talaria.cli.Reach;
import dev.talaria.cli.Session;
import dev.talaria.cli.Surroundings;
import dev.talaria.cli.Talaria;
import dev.talaria.cli.Terminal;
import dev.talaria.dispatcher.verb.VerbOutcome;
import dev.talaria.dispatcher.verb.VerbRunner;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.BoardCommand.Verb;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Carries verbs of other hosts out on this one: the very verb that would be typed here, with the asker's name, terminal and
 * zone. Of this process's environment it sees the configuration, but nothing that says who speaks or which board is meant.
 */
public final class HostVerbs implements VerbRunner {
  /** Together; a few thousand tasks as JSON. */
  static final int MOST_CHARACTERS = 4_000_000;

  private static final int WIDEST = 10_000;

  private final BoardHome home;
  private final Map<String, String> environment;
  private final Path userHome;
  private final InstantSource clock;
  private final RandomGenerator random;

  /**
   * For the boards of one home.
   *
   * @param environment of this process
   * @param random used by several threads at once
   */
  public HostVerbs(
      BoardHome home,
      Map<String, String> environment,
      Path userHome,
      InstantSource clock,
      RandomGenerator random) {
    this.home = home;
    this.environment = Map.copyOf(environment);
    this.userHome = userHome;
    this.clock = clock;
    this.random = random;
  }

  @Override
  public Plan plan(List<String> arguments) {
    Optional<LocalVerbs> verb =
        arguments.isEmpty() ? Optional.empty() : LocalVerbs.named(arguments.get(0));
    if (verb.isEmpty()) {
      return Plan.refused(
          arguments.isEmpty()
              ? "No verb was sent."
              : "'%s' is not a verb that this version knows; the board's host may run an older one."
                  .formatted(arguments.get(0)));
    }
    Reach reach = Reach.of(verb.get(), arguments);
    return switch (reach.way()) {
      case CHANGES -> Plan.of(Way.CHANGES);
      case READS -> Plan.of(Way.READS);
      case ACTS -> Plan.of(Way.ACTS);
      case HERE -> Plan.refused("'%s' is about no board.".formatted(verb.get().verb()));
      case FOLLOWS ->
        Plan.refused(
            "'%s' goes on, which its asker does itself.".formatted(verb.get().verb()));
      case NO -> Plan.refused(reach.why());
    };
  }

  @Override
  public VerbOutcome run(BoardKey key, Board board, Verb verb) {
    ZoneId zone;
    try {
      zone = ZoneId.of(verb.zone());
    } catch (DateTimeException e) {
      return new VerbOutcome(
          Exit.USAGE,
          "",
          "The board's host does not know the time zone '%s' in which you read times; set TZ to another one.\n"
              .formatted(verb.zone()));
    }
    var room = new BoundedText.Room(MOST_CHARACTERS);
    var out = new BoundedText(room);
    var err = new BoundedText(room);
    var surroundings = new Surroundings(
        environmentOf(verb),
        userHome,
        Path.of(""), // a relative path means nothing here
        new PrintWriter(out),
        new PrintWriter(err),
        terminalOf(verb),
        clock,
        zone,
        random,
        duration -> false);
    var place = new Session.Place(home, home.location(key.slug()), board);
    int exit = new Talaria(new Session(surroundings, place))
        .runOrThrow(verb.arguments().toArray(new String[0]));
    return room.isFull() ? cut(verb, exit, out, err) : outcome(exit, out, err);
  }

  private static VerbOutcome outcome(int exit, BoundedText out, BoundedText err) {
    return new VerbOutcome(exit, out.toString(), err.toString());
  }

  /** Half a list is no list; what a change came to stays what it is. */
  private VerbOutcome cut(Verb verb, int exit, BoundedText out, BoundedText err) {
    boolean reads = plan(verb.arguments()).way() == Way.READS;
    String told =
        "%sThe output is larger than the %d characters that are sent to another host; ask for less at a time, with --limit and --after or --tail.\n"
            .formatted(reads ? "" : err, MOST_CHARACTERS);
    return new VerbOutcome(reads ? Exit.FAILED : exit, reads ? "" : out.toString(), told);
  }

  private Map<String, String> environmentOf(Verb verb) {
    Map<String, String> own = new HashMap<>(environment);
    own.keySet()
        .removeIf(name -> name.startsWith("HERMES_")
            || name.startsWith("TERMINAL_")
            || name.startsWith("TALARIA_WORKER_")
            || name.equals("TALARIA_DEBUG"));
    AskersEnvironment.of(verb.environment()).forEach(own::put);
    own.put("HERMES_PROFILE_NAME", verb.author());
    return own;
  }

  private static Terminal terminalOf(Verb verb) {
    return verb.interactive()
        ? new Terminal(true, Math.max(40, Math.min(WIDEST, verb.columns())), verb.colour())
        : Terminal.none();
  }
}
