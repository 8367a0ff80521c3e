package dev.talaria.streams;

import dev.talaria.protocol.message.Decision;
import dev.talaria.protocol.message.FleetTable;
import dev.talaria.protocol.message.Incident;
import dev.talaria.protocol.message.Message;
import dev.talaria.protocol.topic.Partitions;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.jspecify.annotations.Nullable;

/**
 * Puts what is about a board on the board's partition, as {@link dev.talaria.protocol.topic.TopicCatalogue#partitionOf} does: its
 * dispatcher reads no other. It goes by the count that the topic has, so it never names one that is not
 * there.
 */
final class BoardPartitioner implements StreamPartitioner<String, Message> {
  @Override
  public Optional<Set<Integer>> partitions(
      String topic, String key, @Nullable Message message, int partitionCount) {
    return board(key, message).map(board -> Set.of(Partitions.of(board, partitionCount)));
  }

  private static Optional<String> board(String key, @Nullable Message message) {
    if (message == null || message instanceof Incident) {
      // a tombstone has no more than its key, which begins with the board
      return Optional.of(key.substring(0, Math.max(0, key.indexOf('|'))));
    }
    if (message instanceof Decision decision) {
      return Optional.of(decision.run().board().toString());
    }
    return message instanceof FleetTable.OfBoard table
        ? Optional.of(table.board().toString())
        : Optional.empty();
  }
}
