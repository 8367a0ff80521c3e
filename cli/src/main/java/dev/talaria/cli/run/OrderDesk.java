package dev.talaria.cli.run;

import dev.talaria.board.Board;
import dev.talaria.board.BoardStoreException;
import dev.talaria.board.home.BoardHome;
import dev.talaria.board.home.BoardLocation;
import dev.talaria.board.order.HostOrders;
import dev.talaria.board.order.OrderBook;
import dev.talaria.board.order.OrderFile;
import dev.talaria.board.order.Pauses;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Session;
import dev.talaria.launcher.detached.DetachedWorkers;
import dev.talaria.launcher.rundir.HeldStarts;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.StandingOrder;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.service.HostIdentity;
import dev.talaria.service.config.KafkaConfig;
import dev.talaria.service.config.TalariaConfig;
import dev.talaria.service.kafka.KafkaClients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;

/**
 * Where an operator's orders are taken in: into the host's file first, then into every board of this host, then onto the
 * topic. The first two need no Kafka, and hold on this host once this returns.
 */
final class OrderDesk {
  private static final Duration STARTS_END = Duration.ofSeconds(5);
  private static final Duration KAFKA_ANSWERS = Duration.ofSeconds(3);

  private final Session session;
  private final TalariaConfig config;
  private final String host;
  private final Path talaria;
  private final OrderFile file;
  private final Wire wire = new Wire();

  OrderDesk(Session session, ConfigOptions options) {
    this.session = session;
    BoardHome home = session.home();
    this.config = options.loader(session, Map.of()).load();
    this.host = new HostIdentity(home.root()).resolve(config.fleet().host());
    this.talaria = home.root().resolve("talaria");
    this.file = new OrderFile(talaria);
  }

  /** This host's id. */
  String host() {
    return host;
  }

  /** The board that is meant, as the fleet knows it. */
  String board() {
    return session
        .elsewhere()
        .orElseGet(() -> new BoardKey(host, session.location().slug()))
        .toString();
  }

  /** {@code <home>/talaria}. */
  Path talaria() {
    return talaria;
  }

  OrderBook book() {
    return file.read();
  }

  /** The orders in force, a file that cannot be read included. */
  HostOrders inForce() {
    return file.current();
  }

  /** Reads what the fleet has ordered; false when Kafka is away, or there is none. */
  boolean readFleet() {
    Optional<KafkaConfig> kafka = kafka();
    if (kafka.isEmpty()) {
      return false;
    }
    var topic = new OrderTopic(topics(), wire);
    Map<String, Object> settings = new KafkaClients(kafka.get(), host).consumer("orders-reader");
    settings.put("default.api.timeout.ms", (int) KAFKA_ANSWERS.toMillis());
    settings.put("request.timeout.ms", (int) KAFKA_ANSWERS.toMillis() - 500);
    long until = System.nanoTime() + KAFKA_ANSWERS.toNanos();
    var consumer = new KafkaConsumer<byte[], byte[]>(settings);
    try {
      long end = topic.readFromTheBeginning(consumer, KAFKA_ANSWERS);
      while (consumer.position(topic.partition(), KAFKA_ANSWERS) < end) {
        for (var rec : consumer.poll(Duration.ofMillis(100))) {
          file.change(topic.change(rec));
        }
        if (System.nanoTime() > until) {
          return false;
        }
      }
      file.change(topic.readAll());
      return true;
    } catch (KafkaException e) {
      return false;
    } finally {
      consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
  }

  /**
   * Gives an order. When this returns nothing that it covers starts on this host any more.
   *
   * @return how many starts that were under way it held
   */
  int give(StandingOrder order, boolean hereAlone) throws IOException, InterruptedException {
    file.change(book -> book.give(order, hereAlone));
    tellBoards(order.by());
    var only = new HostOrders(List.of(order));
    int held = 0;
    for (String directory : List.of("runs", DetachedWorkers.DIRECTORY)) {
      held += new HeldStarts(talaria.resolve(directory), wire)
          .hold(only, session.surroundings().clock().instant(), STARTS_END);
    }
    return held;
  }

  /** Takes an order back. */
  void lift(String key, String by) {
    long now = session.surroundings().clock().millis();
    file.change(book -> book.lift(key, now));
    tellBoards(by);
  }

  /** Every board is told, whatever becomes of another: the file holds all starts of this host meanwhile. */
  private void tellBoards(String by) {
    HostOrders orders = file.current();
    Map<Path, BoardLocation> boards = new LinkedHashMap<>();
    for (String slug : session.home().slugs()) {
      BoardLocation location = session.home().location(slug);
      boards.put(location.database(), location);
    }
    boards.putIfAbsent(session.location().database(), session.location());
    boards.values().stream().filter(board -> Files.exists(board.database())).forEach(location -> {
      try (Board board = Board.open(location.database(), session.boardOptions())) {
        var key = new BoardKey(host, location.slug());
        board.change(tx -> Pauses.replace(tx, orders.concerning(key), by));
      } catch (BoardStoreException e) {
        session
            .err()
            .printf(
                "Board '%s' could not be told; its dispatcher reads it from '%s': %s%n",
                location.slug(), file.path(), e.getMessage());
      }
    });
  }

  /**
   * Tells the fleet what it does not know yet, as far as Kafka answers within some seconds; what is left is told by the
   * next service of this host that reaches it.
   *
   * @return how that went, in a sentence
   */
  String tellFleet() {
    OrderBook book = file.read();
    if (book.lifts().isEmpty() && book.untold().isEmpty()) {
      return "Other hosts know of it.";
    }
    Optional<KafkaConfig> kafka = kafka();
    if (kafka.isEmpty()) {
      return "There is no Kafka here: no other host was told.";
    }
    Map<String, Object> settings = new KafkaClients(kafka.get(), host).producer("orders");
    int millis = (int) KAFKA_ANSWERS.toMillis();
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis / 2);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis);
    var producer = new KafkaProducer<byte[], byte[]>(settings);
    try {
      file.change(new OrderTopic(topics(), wire).tell(producer, book, KAFKA_ANSWERS));
      return "Other hosts were told.";
    } catch (KafkaException e) {
      return "Kafka is away: other hosts were not told. The services of this host tell them when it is back.";
    } finally {
      producer.close(Duration.ZERO);
    }
  }

  private TopicCatalogue topics() {
    return new TopicCatalogue(config.kafka().prefix(), config.kafka().partitions());
  }

  /** The cluster that is configured, else the one that {@code talaria up} runs here. */
  Optional<KafkaConfig> kafka() {
    if (!config.kafka().embedded()) {
      return Optional.of(config.kafka());
    }
    Path bootstrap = talaria.resolve("kafka/bootstrap");
    try {
      return Files.exists(bootstrap)
          ? Optional.of(config.withKafkaAt(Files.readString(bootstrap).strip()).kafka())
          : Optional.empty();
    } catch (IOException e) {
      throw CliFailure.failed("Cannot read '%s': %s".formatted(bootstrap, e.getMessage()));
    }
  }

  Wire wire() {
    return wire;
  }

  TopicCatalogue catalogue() {
    return topics();
  }
}
