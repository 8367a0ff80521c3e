package dev.talaria.streams;

import dev.talaria.protocol.message.Decision;
import dev.talaria.protocol.message.Incident;
import dev.talaria.protocol.message.Message;
import dev.talaria.protocol.topic.Partitions;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.jspecify.annotations.Nullable;

/**
 * Puts a decision or an incident on its board's partition, as {@link dev.talaria.protocol.topic.TopicCatalogue#partitionOf} does: the
 * dispatcher of the board reads no other. It goes by the count that the topic has, so it never names one that is not
 * there.
 */
final class BoardPartitioner implements StreamPartitioner<String, Message> {
  @Override
  public Optional<Set<Integer>> partitions(
      String topic, String key, @Nullable Message message, int partitionCount) {
    if (message == null || message instanceof Incident) {
      // a tombstone has no more than its key, which begins with the board
      String board = key.substring(0, Math.max(0, key.indexOf('|')));
      return Optional.of(Set.of(Partitions.of(board, partitionCount)));
    }
    return message instanceof Decision decision
        ? Optional.of(Set.of(Partitions.of(decision.run().board().toString(), partitionCount)))
        : Optional.empty();
  }
}
