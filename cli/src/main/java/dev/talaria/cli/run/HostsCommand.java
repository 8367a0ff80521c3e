package dev.talaria.cli.run;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.waiting.Fleet;
import dev.talaria.board.waiting.FleetTable;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.cli.text.Printable;
import dev.talaria.cli.text.Table;
import dev.talaria.cli.text.Wrapped;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.service.config.TalariaConfig;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The services of the fleet, as they say of themselves on Kafka. */
@Command(
    name = "hosts",
    footer = {
      "",
      "Example: talaria hosts --watch",
      "SERVES gives each lane with its free slots, or a dispatcher's boards; CLOCK is the service's less the broker's.",
      "Where Kafka cannot be reached, what the board's dispatcher last wrote down is shown, and the exit code is 1."
    })
public final class HostsCommand implements Callable<Integer> {
  private static final Duration LISTEN = Duration.ofSeconds(3);
  private static final Duration AGAIN = Duration.ofSeconds(2);
  private static final Duration CATCH_UP = Duration.ofMillis(200);
  private static final String CLEAR = "\u001b[H\u001b[2J";
  private static final int WIDEST_NAME = 20;

  private final Session session;

  @Mixin
  private ConfigOptions options = new ConfigOptions();

  @Option(names = "--json", description = "Print one JSON object; with --watch one a line.")
  private boolean json;

  @Option(names = "--watch", description = "Show it again every two seconds. Ctrl-C ends it.")
  private boolean watch;

  public HostsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws Exception {
    return ServiceStart.told(this::run);
  }

  private int run() throws Exception {
    TalariaConfig config =
        ServiceOptions.forCluster(session, options.loader(session, Map.of()).load());
    var topics = new TopicCatalogue(config.kafka().prefix(), config.kafka().partitions());
    Duration lostAfter = config.dispatch().lostAfter();
    try (ServiceKafka kafka = new ServiceKafka(config.kafka(), topics, "cli", "hosts");
        var reader = new PresenceReader(kafka.consumer(), topics, new Wire())) {
      reader.readToEnd();
      reader.listen(LISTEN, lostAfter);
      show(judge(lostAfter, reader).of(reader.heard()), null);
      while (watch && session.pause(AGAIN)) {
        reader.listen(CATCH_UP);
        show(judge(lostAfter, reader).of(reader.heard()), null);
      }
      return Exit.DONE;
    } catch (KafkaException e) {
      String error =
          "Kafka at %s cannot be read: %s".formatted(config.kafka().bootstrap(), e.getMessage());
      session.err().println(Printable.message(error));
      Fleet fleet = local();
      long now = session.surroundings().clock().millis();
      boolean known = fleet.dispatcher() != null;
      if (!json) {
        session
            .err()
            .println(
                known
                    ? "This is what the dispatcher of this board last wrote down:"
                    : "No dispatcher of this board has written anything down either.");
        session.err().flush();
        if (!known) {
          return Exit.FAILED;
        }
      }
      show(
          new HostLines(lostAfter, session.surroundings().zone(), now)
              .of(fleet, session.location().slug()),
          error);
      return Exit.FAILED;
    }
  }

  private HostLines judge(Duration lostAfter, PresenceReader reader) {
    long now = reader.now(session.surroundings().clock().millis());
    return new HostLines(lostAfter, session.surroundings().zone(), now);
  }

  private Fleet local() {
    return Files.exists(session.location().database())
        ? session.onBoard(board -> board.read(FleetTable::read))
        : new Fleet(null, List.of());
  }

  private void show(List<HostLine> lines, @Nullable String error) {
    if (json) {
      ObjectNode node =
          BoardJson.object().put("from", error == null ? "kafka" : "board").put("error", error);
      ArrayNode hosts = node.putArray("hosts");
      lines.forEach(line -> hosts.add(line.json()));
      session.out().println(watch ? JsonOut.line(node) : JsonOut.indented(node));
    } else {
      if (watch && session.terminal().interactive()) {
        session.out().print(CLEAR);
      }
      text(lines).forEach(session.out()::println);
    }
    session.out().flush();
  }

  private List<String> text(List<HostLine> lines) {
    if (lines.isEmpty()) {
      return List.of("Nobody has been heard: no dispatcher and no launcher has beaten yet.");
    }
    List<String> versions = lines.stream().map(HostLine::version).distinct().toList();
    boolean mixed = versions.size() > 1;
    var table = mixed
        ? new Table(
            session.terminal(), "HOST", "SERVICE", "STATE", "SLOTS", "CLOCK", "VERSION", "SERVES")
        : new Table(session.terminal(), "HOST", "SERVICE", "STATE", "SLOTS", "CLOCK", "SERVES");
    for (HostLine line : lines) {
      String host = Printable.cut(line.host(), WIDEST_NAME);
      String service = Printable.cut(line.service(), WIDEST_NAME);
      String state = line.state().word();
      if (mixed) {
        table.row(host, service, state, line.load(), line.clock(), line.version(), line.serves());
      } else {
        table.row(host, service, state, line.load(), line.clock(), line.serves());
      }
    }
    List<String> text = new java.util.ArrayList<>(table.withStatusIn(2).lines());
    var wrapped = new Wrapped(session.terminal());
    boolean first = true;
    for (HostLine line : lines) {
      for (String note : line.notes()) {
        if (first) {
          text.add("");
          first = false;
        }
        text.addAll(wrapped.lines("  ", "%s, %s: %s".formatted(line.host(), line.service(), note)));
      }
    }
    if (!mixed) {
      text.add("");
      text.add("All are of version %s.".formatted(versions.get(0)));
    }
    return text;
  }
}
