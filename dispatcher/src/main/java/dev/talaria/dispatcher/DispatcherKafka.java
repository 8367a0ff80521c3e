package dev.talaria.dispatcher;

import dev.talaria.dispatcher.inbox.ControlReader.TopicFacts;
import dev.talaria.protocol.id.BoardKey;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/** The Kafka clients that a dispatcher asks for. Whoever builds the process decides how they are set up. */
public interface DispatcherKafka {
  /** A transactional producer with the id {@code relay/<board>}; {@code initTransactions} was not called. */
  Producer<byte[], byte[]> relayProducer(BoardKey board);

  /** The one producer for replies, offers, presence and dead letters. The caller closes it. */
  Producer<byte[], byte[]> producer();

  /** A read-committed consumer with {@code auto.offset.reset=none} and no group. The caller closes it. */
  Consumer<byte[], byte[]> consumer();

  /** As {@link #consumer()}, but it reads what is not committed too. The caller closes it. */
  Consumer<byte[], byte[]> uncommittedConsumer();

  /** Ids and partition counts of the fixed topics as they are now; missing ones are made. */
  Map<String, TopicFacts> topics();

  /**
   * Whether a topic is there now; nothing is made.
   *
   * @throws org.apache.kafka.common.KafkaException when Kafka does not answer
   */
  boolean isThere(String topic);
}
