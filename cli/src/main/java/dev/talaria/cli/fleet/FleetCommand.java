package dev.talaria.cli.fleet;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.text.BoardJson;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.replay.topic.TopicReaders;
import dev.talaria.cli.run.ClusterOptions;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.FleetTable.OfBoard;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.service.HostIdentity;
import dev.talaria.service.config.ConfigException;
import dev.talaria.service.config.TalariaConfig;
import dev.talaria.service.kafka.KafkaClients;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The tasks of all boards as the topology counts them, from the topic that it writes: no other host is asked. */
@Command(
    name = "fleet",
    footer = {
      "",
      "Example: talaria fleet --board alpha/default",
      "Counted are open tasks; TODAY and 14 DAYS are completions by days in UTC. ATTEMPTS says how many open tasks were"
          + " claimed how often: '0:14 1:2' are 14 that never were, and 2 that were once.",
      "OLDEST and MEAN are ages of the tasks that are in the status now, STAYED how long others were in it on average."
    })
public final class FleetCommand implements Callable<Integer> {
  private static final Duration AGAIN = Duration.ofSeconds(2);
  private static final String CLEAR = "\u001b[H\u001b[2J";

  private final Session session;
  private final Wire wire = new Wire();

  @Mixin
  private ClusterOptions cluster = new ClusterOptions();

  @Option(
      names = "--board",
      paramLabel = "HOST/NAME",
      description = "Only this board; a name alone is one of this host.")
  private @Nullable String board;

  @Option(names = "--json", description = "Print one JSON object; with --watch one a line.")
  private boolean json;

  @Option(names = "--watch", description = "Show it again every two seconds. Ctrl-C ends it.")
  private boolean watch;

  public FleetCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws Exception {
    try {
      TalariaConfig config = cluster.load(session);
      return run(wanted(config), config);
    } catch (ConfigException e) {
      throw CliFailure.failed(String.valueOf(e.getMessage()));
    }
  }

  private int run(@Nullable BoardKey wanted, TalariaConfig config) throws InterruptedException {
    if (config.kafka().embedded()) {
      throw CliFailure.failed(
          "There is no cluster to read from: give one with --kafka HOST:PORT, set kafka.bootstrap, or start 'talaria up' on this host first.");
    }
    var topics = new TopicCatalogue(config.kafka().prefix(), config.kafka().partitions());
    var readers = new TopicReaders(new KafkaClients(config.kafka(), "cli"), "fleet");
    try (var reader = new FleetReader(readers.get(), topics.fleet(), wire)) {
      reader.readToEnd();
      boolean found = show(reader, wanted);
      while (watch && session.pause(AGAIN)) {
        reader.follow(Duration.ofMillis(200));
        found = show(reader, wanted);
      }
      return found || wanted == null ? Exit.DONE : Exit.FAILED;
    } catch (KafkaException e) {
      throw CliFailure.failed(
          "Kafka at %s cannot be read: %s. What is on a board of this host says 'talaria stats'."
              .formatted(config.kafka().bootstrap(), e.getMessage()));
    }
  }

  private @Nullable BoardKey wanted(TalariaConfig config) {
    String named = board;
    if (named == null) {
      return session.elsewhere().orElse(null);
    }
    try {
      return named.contains("/")
          ? BoardKey.parse(named)
          : new BoardKey(
              new HostIdentity(session.home().root()).resolve(config.fleet().host()), named);
    } catch (IllegalArgumentException e) {
      throw CliFailure.usage(
          "--board is '%s': %s Expected HOST/NAME; 'talaria fleet' shows those that are counted."
              .formatted(named, e.getMessage()));
    }
  }

  /** False when there is nothing of what is wanted. */
  private boolean show(FleetReader reader, @Nullable BoardKey wanted) {
    Map<BoardKey, Map<String, OfBoard>> boards = new TreeMap<>(reader.boards());
    boards.keySet().removeIf(key -> wanted != null && !key.equals(wanted));
    if (json) {
      ObjectNode node = shape(boards);
      session.out().println(watch ? JsonOut.line(node) : JsonOut.indented(node));
    } else {
      if (watch && session.terminal().interactive()) {
        session.out().print(CLEAR);
      }
      if (boards.isEmpty()) {
        session.err().println(nothing(wanted));
        session.err().flush();
      }
      long now = session.surroundings().clock().millis();
      new FleetText(session.terminal(), now).lines(boards).forEach(session.out()::println);
    }
    session.out().flush();
    return !boards.isEmpty();
  }

  private static String nothing(@Nullable BoardKey wanted) {
    return wanted == null
        ? "No board has been counted yet. A topology counts them: it runs in 'talaria up', or as 'talaria streams'."
        : "Board '%s' has not been counted. Those that are shows 'talaria fleet'."
            .formatted(wanted);
  }

  private ObjectNode shape(Map<BoardKey, Map<String, OfBoard>> boards) {
    ObjectNode node = BoardJson.object();
    ArrayNode list = node.putArray("boards");
    boards.forEach((key, tables) -> {
      ObjectNode one = list.addObject().put("board", key.toString());
      new TreeMap<>(tables).forEach((name, table) -> {
        ObjectNode tree = wire.tree(table);
        tree.remove("v");
        tree.remove("kind");
        tree.remove("board");
        one.set(name, tree);
      });
    });
    return node;
  }
}
