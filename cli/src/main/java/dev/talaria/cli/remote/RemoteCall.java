package dev.talaria.cli.remote;

import dev.talaria.cli.CliFailure;
import dev.talaria.cli.FarBoard;
import dev.talaria.cli.Follower;
import dev.talaria.cli.Reach.Way;
import dev.talaria.cli.Session;
import dev.talaria.cli.Surroundings;
import dev.talaria.cli.VerbCarrier;
import dev.talaria.cli.remote.Sightings.Wanted;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.CallerKey;
import dev.talaria.service.HostIdentity;
import dev.talaria.service.config.ConfigException;
import dev.talaria.service.config.ConfigLoader;
import dev.talaria.service.config.KafkaConfig;
import dev.talaria.service.config.TalariaConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Asks the dispatcher of another host for a verb, or lets a verb go on with a board of it. */
public final class RemoteCall implements VerbCarrier {
  private static final Pattern COMMAND_ID = Pattern.compile("[A-Za-z0-9._-]{8,64}");

  private final Session session;

  public RemoteCall(Session session) {
    this.session = session;
  }

  @Override
  public boolean isHere(String host) {
    return configured(config -> host(config).equals(host));
  }

  @Override
  public int carry(Order order) {
    return on(order, true, null, board -> {
      FarBoard.Answer answer = board.ask(order.arguments());
      session.out().print(answer.out());
      session.err().print(answer.err());
      return answer.exit();
    });
  }

  @Override
  public int follow(Order order, Follower verb) {
    if (order.commandId() != null && !verb.changes()) {
      throw CliFailure.usage(
          "--command-id is for verbs that change a board, and '%s' only reads: leave it out."
              .formatted(order.arguments().get(0)));
    }
    return on(order, verb.asks(), order.board(), verb::follow);
  }

  private <T> T configured(Function<TalariaConfig, T> work) {
    try {
      return work.apply(
          new ConfigLoader(session.home().root(), session.surroundings().environment(), Map.of())
              .load());
    } catch (ConfigException | IllegalStateException | IllegalArgumentException e) {
      throw CliFailure.failed(String.valueOf(e.getMessage()));
    }
  }

  private String host(TalariaConfig config) {
    return new HostIdentity(session.home().root()).resolve(config.fleet().host());
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

  private int on(
      Order order, boolean mustLive, @Nullable BoardKey followed, ToIntFunction<FarBoard> work) {
    if (order.reach().way() == Way.NO) {
      throw CliFailure.usage(order.reach().why());
    }
    String commandId = order.commandId();
    if (commandId != null && !COMMAND_ID.matcher(commandId).matches()) {
      throw CliFailure.usage(
          "--command-id is '%s'; expected the id that an earlier call gave, 8 to 64 letters, digits, '.', '_' and '-'."
              .formatted(commandId));
    }
    TalariaConfig config = configured(it -> it);
    KafkaConfig kafka = withAddress(config.kafka());
    Surroundings here = session.surroundings();
    var asker = new CallerKey(host(config), BusBoard.name(here.random()));
    var wanted = new Wanted(order.board(), order.anyBoard(), !mustLive);
    try (var bus = new RemoteBus(kafka, asker, followed, order.patience())) {
      BoardKey board = bus.requireDispatcher(wanted, here.clock().millis(), here.zone());
      return work.applyAsInt(new BusBoard(session, bus, board, asker, order.patience(), commandId));
    } catch (KafkaException e) { // what came of questions was told by whoever asked them
      throw RemoteBus.unusable(kafka, e, "Nothing was sent.");
    }
  }
}
