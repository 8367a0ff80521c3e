package dev.talaria.cli.remote;

import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Reach.Way;
import dev.talaria.cli.Session;
import dev.talaria.cli.Surroundings;
import dev.talaria.cli.Talaria;
import dev.talaria.cli.VerbCarrier;
import dev.talaria.protocol.id.CallerKey;
import dev.talaria.protocol.message.BoardCommand.Verb;
import dev.talaria.protocol.message.Reply.VerbDone;
import dev.talaria.service.HostIdentity;
import dev.talaria.service.config.ConfigException;
import dev.talaria.service.config.ConfigLoader;
import dev.talaria.service.config.KafkaConfig;
import dev.talaria.service.config.TalariaConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.apache.kafka.common.KafkaException;

/** Asks the dispatcher of another host for a verb, or does it here where the board is this host's own. */
public final class RemoteCall implements VerbCarrier {
  /** How much longer than its asker waits a command may be carried out: clocks differ. */
  private static final Duration GRACE = Duration.ofSeconds(30);

  private static final Pattern COMMAND_ID = Pattern.compile("[A-Za-z0-9._-]{8,64}");

  private final Session session;

  public RemoteCall(Session session) {
    this.session = session;
  }

  @Override
  public int carry(Order order) {
    String asked = order.commandId();
    if (asked != null && !COMMAND_ID.matcher(asked).matches()) {
      throw CliFailure.usage(
          "--command-id is '%s'; expected the id that an earlier call gave, 8 to 64 letters, digits, '.', '_' and '-'."
              .formatted(asked));
    }
    try {
      TalariaConfig config = new ConfigLoader(
              session.home().root(), session.surroundings().environment(), Map.of())
          .load();
      String host =
          new HostIdentity(session.home().root()).resolve(config.fleet().host());
      return order.board().host().equals(host) ? here(order) : there(order, config.kafka(), host);
    } catch (ConfigException | IllegalStateException | IllegalArgumentException e) {
      throw CliFailure.failed(String.valueOf(e.getMessage()));
    }
  }

  private int here(Order order) {
    if (order.commandId() != null) {
      throw CliFailure.usage(
          "--command-id is for boards of other hosts, and '%s' is this host's own; nothing was done."
              .formatted(order.board()));
    }
    List<String> line = new ArrayList<>(List.of("--board", order.board().slug()));
    line.addAll(order.arguments());
    return new Talaria(session.surroundings()).run(line.toArray(new String[0]));
  }

  /** An embedded broker of this home is found by the file that it leaves. */
  private KafkaConfig withAddress(KafkaConfig kafka) {
    if (!kafka.embedded()) {
      return kafka;
    }
    Path file = session.home().root().resolve("talaria").resolve("kafka").resolve("bootstrap");
    if (!Files.isReadable(file)) {
      throw CliFailure.failed(
          "A board of another host is reached through Kafka, and none is configured: set kafka.bootstrap in '%s', or TALARIA_KAFKA_BOOTSTRAP, to the cluster of the fleet."
              .formatted(session.home().root().resolve("talaria.yaml")));
    }
    try {
      return kafka.at(Files.readString(file).strip());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read '%s'.".formatted(file), e);
    }
  }

  private int there(Order order, KafkaConfig configured, String host) {
    if (order.reach().way() == Way.NO) {
      throw CliFailure.usage("'%s' is not for boards of other hosts. %s"
          .formatted(order.arguments().get(0), order.reach().why()));
    }
    KafkaConfig kafka = withAddress(configured);
    Surroundings here = session.surroundings();
    RandomGenerator random = here.random();
    String given = order.commandId();
    String commandId = given == null ? "c-" + name(random) : given;
    long expiresAt = here.clock().millis() + order.patience().plus(GRACE).toMillis();
    var verb = new Verb(
        commandId,
        new CallerKey(host, name(random)),
        order.arguments(),
        session.author(),
        AskersEnvironment.of(here.environment()),
        here.terminal().interactive(),
        here.terminal().width(),
        here.terminal().colour(),
        here.zone().getId(),
        expiresAt);
    var farewell = new Farewell(session, order, verb);
    try (var bus = new RemoteBus(kafka, host, verb.asker(), order.patience())) {
      bus.requireDispatcher(order.board(), here.clock().millis(), here.zone());
      try (farewell) {
        VerbDone done = bus.ask(order.board(), verb, farewell::sent);
        if (done == null) {
          return farewell.unanswered();
        }
        session.out().print(done.out());
        session.err().print(done.err());
        return done.exit();
      }
    } catch (KafkaException e) {
      throw CliFailure.failed("Kafka at %s cannot be used: %s. %s"
          .formatted(kafka.bootstrap(), innermost(e), farewell.whatBecameOfIt()));
    }
  }

  private static String name(RandomGenerator random) {
    byte[] name = new byte[9];
    random.nextBytes(name);
    return HexFormat.of().formatHex(name);
  }

  /** Kafka tells the reason last. */
  private static String innermost(Throwable e) {
    Throwable at = e;
    while (at.getCause() != null) {
      at = at.getCause();
    }
    return String.valueOf(at.getMessage());
  }
}
