package dev.talaria.cli.doctor;

import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.Tx;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.home.BoardHome;
import dev.talaria.board.home.BoardLocation;
import dev.talaria.board.schema.BoardFacts;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Message;
import dev.talaria.protocol.message.RelayCursor;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Whether what happened on this host's boards is on Kafka, and says the same as the boards. */
final class RelayCheck implements Check {
  private static final long MOST_CURSORS = 100_000;
  private static final long MOST_TRANSITIONS = 20_000;
  private static final long LATE_SECONDS = 10;
  private static final int SHOWN = 3;

  private final DoctorKafka kafka;
  private final Wire wire;
  private final String host;
  private final BoardHome home;
  private final BoardOptions options;

  RelayCheck(DoctorKafka kafka, Wire wire, String host, BoardHome home, BoardOptions options) {
    this.kafka = kafka;
    this.wire = wire;
    this.host = host;
    this.home = home;
    this.options = options;
  }

  @Override
  public String name() {
    return "relay";
  }

  @Override
  public List<Finding> look() {
    List<Finding> findings = new ArrayList<>();
    for (String slug : home.slugs()) {
      BoardLocation location = home.location(slug);
      if (Files.exists(location.database()) && !home.metadata(slug).archived()) {
        try (Board board = Board.openReadOnly(location.database(), options)) {
          if (board.read(tx -> BoardFacts.get(tx, BoardFacts.DISPATCH_ACCEPTED).isPresent())) {
            look(board, new BoardKey(host, slug), findings);
          }
        }
      }
    }
    return findings;
  }

  private void look(Board board, BoardKey key, List<Finding> findings) {
    Optional<RelayCursor> cursor = cursor(key);
    if (cursor.isEmpty()) {
      findings.add(Finding.warning(
          key.toString(),
          "nothing of it is on Kafka yet",
          "Start a dispatcher for it: 'talaria up' or 'talaria dispatcher'."));
      return;
    }
    // Kafka is read before the board, so that what is told there is on the board already
    Map<String, Transition> told = lastImages(key);
    Behind behind = board.read(tx -> behind(tx, cursor.get()));
    findings.add(lag(key.toString(), behind));
    List<String> differing = board.read(tx -> differing(tx, told, cursor.get().lineage()));
    findings.add(drift(key.toString(), told.size(), differing));
  }

  /**
   * How far Kafka is behind a board.
   *
   * @param events that are not published
   * @param seconds since the oldest of them; 0 where there is none
   */
  record Behind(long events, long seconds) {}

  private static Behind behind(Tx tx, RelayCursor cursor) {
    long events = EventLog.backlogAfter(tx, cursor.event());
    long oldest = EventLog.eventsAfter(tx, cursor.event(), 1).stream()
        .mapToLong(event -> Math.max(0, tx.now() - event.createdAt()))
        .findFirst()
        .orElse(0);
    return new Behind(events, oldest);
  }

  static Finding lag(String board, Behind behind) {
    if (behind.events() == 0) {
      return Finding.fine(board, "all its events are on Kafka");
    }
    String text = "%,d events are not on Kafka; the oldest has waited for %d s"
        .formatted(behind.events(), behind.seconds());
    return behind.seconds() < LATE_SECONDS
        ? Finding.fine(board, text)
        : Finding.warning(
            board,
            text,
            "See whether its dispatcher runs ('talaria hosts') and what it logs: it publishes as soon as it can.");
  }

  static Finding drift(String board, int compared, List<String> differing) {
    if (differing.isEmpty()) {
      return Finding.fine(
          board,
          "%,d tasks last told of on Kafka stand there as they do on the board"
              .formatted(compared));
    }
    return Finding.warning(
        board,
        "%d tasks stand differently on Kafka, such as %s"
            .formatted(
                differing.size(),
                String.join("; ", differing.subList(0, Math.min(SHOWN, differing.size())))),
        "The board is right. Somebody changed the file by hand and left no event: any further change of these tasks through Talaria or hermes sets it right.");
  }

  /** Tasks about which nothing newer has happened on the board, and whose status is another there. */
  private static List<String> differing(Tx tx, Map<String, Transition> told, long lineage) {
    List<String> differing = new ArrayList<>();
    for (Transition last : told.values()) {
      Transition.Image image = last.image();
      if (image == null || last.lineage() != lineage) {
        continue;
      }
      String kafka = image.task().path("status").asText("");
      EventLog.image(tx, last.task())
          .map(task -> task.path("status").asText(""))
          .filter(status -> !status.equals(kafka) && isLastEvent(tx, last))
          .ifPresent(status -> differing.add(
              "%s (%s there, %s on the board)".formatted(last.task(), kafka, status)));
    }
    return differing;
  }

  private static boolean isLastEvent(Tx tx, Transition last) {
    return EventLog.ofTask(tx, last.task()).stream().allMatch(event -> event.id() <= last.event());
  }

  private Optional<RelayCursor> cursor(BoardKey board) {
    RelayCursor[] newest = new RelayCursor[1];
    byte[] key = board.toString().getBytes(StandardCharsets.UTF_8);
    var partition =
        new TopicPartition(kafka.topics().relayCursors(), kafka.topics().partitionOf(board));
    new Tail(kafka).read(partition, MOST_CURSORS, rec -> {
      RelayCursor read =
          java.util.Arrays.equals(rec.key(), key) ? decoded(rec, RelayCursor.class) : null;
      newest[0] = read == null ? newest[0] : read;
    });
    return Optional.ofNullable(newest[0]);
  }

  private Map<String, Transition> lastImages(BoardKey board) {
    Map<String, Transition> last = new LinkedHashMap<>();
    String prefix = board + "#";
    var partition =
        new TopicPartition(kafka.topics().transitions(), kafka.topics().partitionOf(board));
    new Tail(kafka).read(partition, MOST_TRANSITIONS, rec -> {
      if (rec.key() != null && new String(rec.key(), StandardCharsets.UTF_8).startsWith(prefix)) {
        Transition read = decoded(rec, Transition.class);
        if (read != null) {
          last.put(read.task(), read);
        }
      }
    });
    return last;
  }

  /** What cannot be read is the business of the check of dead letters. */
  private <T extends Message> @Nullable T decoded(
      ConsumerRecord<byte[], byte[]> rec, Class<T> type) {
    try {
      return wire.decode(rec.value(), type);
    } catch (MalformedMessageException e) {
      return null;
    }
  }
}
