package dev.talaria.cli.verify;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Board;
import dev.talaria.board.home.BoardHome;
import dev.talaria.board.home.BoardLocation;
import dev.talaria.board.schema.BoardFacts;
import dev.talaria.board.text.BoardJson;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.replay.topic.TopicMissingException;
import dev.talaria.cli.run.ClusterOptions;
import dev.talaria.cli.run.ServiceStart;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.cli.text.Printable;
import dev.talaria.cli.verb.Spans;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.service.HostIdentity;
import dev.talaria.service.config.TalariaConfig;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compares boards of this host with Kafka and with what the topology remembers. */
@Command(
    name = "verify",
    footer = {
      "",
      "Example: talaria --board default verify",
      "Without a board: all of this host that are dispatched. Exit code 1 where something differs or could not be compared. Nothing is changed; the services may run meanwhile."
    })
public final class VerifyCommand implements Callable<Integer> {
  private final Session session;

  @Mixin
  private ClusterOptions cluster = new ClusterOptions();

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "How long to wait for what is under way. Default: 30s.")
  private String timeout = "30s";

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  public VerifyCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws Exception {
    Duration patience = Duration.ofSeconds(Spans.seconds("--timeout", timeout));
    return ServiceStart.told(() -> {
      TalariaConfig config = cluster.load(session);
      if (config.kafka().bootstrap() == null) {
        throw CliFailure.failed(
            "There is no cluster: give one with --kafka HOST:PORT, set kafka.bootstrap, or start 'talaria up' on this host first.");
      }
      String host =
          new HostIdentity(session.home().root()).resolve(config.fleet().host());
      try (VerifyKafka kafka = new VerifyKafka(config.kafka(), host)) {
        return tell(reports(kafka, host, patience));
      } catch (TopicMissingException e) {
        throw CliFailure.failed(String.valueOf(e.getMessage()));
      }
    });
  }

  private List<BoardReport> reports(VerifyKafka kafka, String host, Duration patience) {
    var verifier =
        new Verifier(kafka, patience, session.surroundings().clock(), VerifyCommand::pause);
    List<BoardReport> reports = new ArrayList<>();
    for (BoardLocation location : boards()) {
      try (Board board = Board.openReadOnly(location.database(), session.boardOptions())) {
        boolean dispatched =
            board.read(tx -> BoardFacts.get(tx, BoardFacts.DISPATCH_ACCEPTED).isPresent());
        if (dispatched || session.chosenBoard().isPresent()) {
          reports.add(verifier.verify(board, new BoardKey(host, location.slug())));
        }
      }
    }
    return reports;
  }

  private List<BoardLocation> boards() {
    BoardHome home = session.home();
    if (session.chosenBoard().isPresent()) {
      return List.of(session.location());
    }
    return home.slugs().stream()
        .filter(slug -> !home.metadata(slug).archived())
        .map(home::location)
        .filter(location -> Files.exists(location.database()))
        .toList();
  }

  private int tell(List<BoardReport> reports) {
    boolean well = reports.stream().allMatch(BoardReport::isWell);
    if (json) {
      ObjectNode node = BoardJson.object().put("agrees", well);
      ArrayNode boards = node.putArray("boards");
      reports.forEach(report -> boards.add(report.json()));
      session.out().println(JsonOut.indented(node));
    } else {
      if (reports.isEmpty()) {
        session.out().println("No board of this host is dispatched: there is nothing to compare.");
      }
      reports.forEach(this::tell);
    }
    return well ? Exit.DONE : Exit.FAILED;
  }

  private void tell(BoardReport report) {
    String verdict = !report.differences().isEmpty()
        ? report.differences().size() == 1
            ? "1 difference"
            : report.differences().size() + " differences"
        : report.incomplete().isEmpty() ? "agrees" : "could not be compared wholly";
    say("%s: %s".formatted(report.board(), verdict));
    if (report.looks() > 0) {
      say(
          "  compared  %,d events of %,d tasks up to event %d of lineage %d, %,d entries of the topology's store"
              .formatted(
                  report.events(),
                  report.tasks(),
                  report.upTo(),
                  report.lineage(),
                  report.entries()));
    }
    for (Difference difference : report.differences()) {
      say("  differs   %s: %s".formatted(difference.task(), difference.text()));
    }
    report.incomplete().forEach(why -> say("  not all   " + why));
    report.notes().forEach(note -> say("  note      " + note));
  }

  private void say(String line) {
    session.out().println(Printable.line(line));
  }

  private static void pause(Duration duration) {
    try {
      Thread.sleep(duration.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
