package dev.talaria.cli.remote;

import dev.talaria.cli.Exit;
import dev.talaria.cli.FarBoard;
import dev.talaria.cli.LocalVerbs;
import dev.talaria.cli.Reach;
import dev.talaria.cli.Reach.Way;
import dev.talaria.cli.Session;
import dev.talaria.cli.Surroundings;
import dev.talaria.cli.text.Printable;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.CallerKey;
import dev.talaria.protocol.message.BoardCommand.Verb;
import dev.talaria.protocol.message.Reply.VerbDone;
import dev.talaria.protocol.message.Transition;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** A board of another host, reached through Kafka. */
final class BusBoard implements FarBoard {
  /** How much longer than its asker waits a command may be carried out: clocks differ. */
  private static final Duration GRACE = Duration.ofSeconds(30);

  private final Session session;
  private final RemoteBus bus;
  private final BoardKey key;
  private final CallerKey asker;
  private final Duration patience;
  private @Nullable String commandId;

  /**
   * A board whose dispatcher was found.
   *
   * @param commandId for the first command that changes something; null for a new one
   */
  BusBoard(
      Session session,
      RemoteBus bus,
      BoardKey key,
      CallerKey asker,
      Duration patience,
      @Nullable String commandId) {
    this.session = session;
    this.bus = bus;
    this.key = key;
    this.asker = asker;
    this.patience = patience;
    this.commandId = commandId;
  }

  @Override
  public BoardKey key() {
    return key;
  }

  @Override
  public Duration patience() {
    return patience;
  }

  @Override
  public Answer ask(List<String> arguments) {
    return ask(
        arguments,
        LocalVerbs.named(arguments.get(0)).map(it -> Reach.of(it, arguments)).orElseThrow());
  }

  private Answer ask(List<String> arguments, Reach reach) {
    boolean reads = reach.way() == Way.READS;
    Verb verb = verb(arguments, reads);
    var farewell = new Farewell(session, key, patience, reads, verb);
    try (farewell) {
      VerbDone done = bus.ask(key, verb, patience, farewell::sent);
      return done == null
          ? new Answer(Exit.NO_ANSWER, "", farewell.unanswered())
          : new Answer(done.exit(), done.out(), done.err());
    } catch (KafkaException e) {
      throw bus.unusable(e, farewell.whatBecameOfIt());
    }
  }

  private Verb verb(List<String> arguments, boolean reads) {
    Surroundings here = session.surroundings();
    String id = commandId;
    if (id == null || reads) {
      id = "c-" + name(here.random());
    } else {
      commandId = null;
    }
    return new Verb(
        id,
        asker,
        arguments,
        session.author(),
        AskersEnvironment.of(here.environment()),
        here.terminal().interactive(),
        here.terminal().width(),
        here.terminal().colour(),
        here.zone().getId(),
        here.clock().millis() + patience.plus(GRACE).toMillis());
  }

  static String name(RandomGenerator random) {
    byte[] name = new byte[9];
    random.nextBytes(name);
    return HexFormat.of().formatHex(name);
  }

  @Override
  public boolean next(Consumer<Transition> each) {
    try {
      BoardFeed feed = bus.listen();
      feed.take().forEach(each);
      feed.news(System.nanoTime()).ifPresent(this::tell);
    } catch (KafkaException e) {
      throw bus.unusable(e, "Type it again to go on.");
    }
    session.out().flush();
    return session.pause(Duration.ZERO);
  }

  private void tell(String news) {
    session.err().println(Printable.message(news));
    session.err().flush();
  }
}
