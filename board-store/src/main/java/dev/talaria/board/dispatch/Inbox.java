package dev.talaria.board.dispatch;

import dev.talaria.board.Row;
import dev.talaria.board.Tx;
import java.util.List;
import java.util.Optional;

/** How far each topic was applied to this board; moved in the transaction that applies the effects. */
public final class Inbox {
  private static final String GET = "SELECT * FROM talaria_inbox WHERE topic = ? AND partition = ?";
  private static final String ALL = "SELECT * FROM talaria_inbox ORDER BY topic, partition";
  private static final String PUT = """
      INSERT INTO talaria_inbox (topic, partition, topic_id, partitions, next_offset)
      VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (topic, partition) DO UPDATE
        SET topic_id = excluded.topic_id, partitions = excluded.partitions, next_offset = excluded.next_offset
      """;
  private static final String DELETE =
      "DELETE FROM talaria_inbox WHERE topic = ? AND partition = ?";

  private Inbox() {}

  /** A position: {@code nextOffset} is the first record not yet applied. */
  public record Position(
      String topic, int partition, String topicId, int partitions, long nextOffset) {
    static Position of(Row row) {
      return new Position(
          row.requireText("topic"),
          (int) row.number("partition"),
          row.requireText("topic_id"),
          (int) row.number("partitions"),
          row.number("next_offset"));
    }
  }

  public static Optional<Position> get(Tx tx, String topic, int partition) {
    return tx.first(GET, Position::of, topic, partition);
  }

  public static List<Position> all(Tx tx) {
    return tx.list(ALL, Position::of);
  }

  public static void put(Tx tx, Position position) {
    tx.update(
        PUT,
        position.topic(),
        position.partition(),
        position.topicId(),
        position.partitions(),
        position.nextOffset());
  }

  public static void forget(Tx tx, String topic, int partition) {
    tx.update(DELETE, topic, partition);
  }
}
