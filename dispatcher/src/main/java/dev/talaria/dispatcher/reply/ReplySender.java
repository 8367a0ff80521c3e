package dev.talaria.dispatcher.reply;

import dev.talaria.protocol.message.Reply;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends answers to {@code replies}, keyed by asker, outside every transaction. Thread-safe. */
public final class ReplySender implements Replies {
  private static final Logger log = LoggerFactory.getLogger(ReplySender.class);

  private final Producer<byte[], byte[]> producer;
  private final TopicCatalogue topics;
  private final Parts parts;

  public ReplySender(Producer<byte[], byte[]> producer, TopicCatalogue topics, Wire wire) {
    this.producer = producer;
    this.topics = topics;
    this.parts = new Parts(wire);
  }

  @Override
  public void send(List<Reply> replies) {
    for (Reply reply : replies) {
      String asker = reply.asker().toString();
      byte[] key = asker.getBytes(java.nio.charset.StandardCharsets.UTF_8);
      int partition = topics.partitionOfAsker(asker);
      for (byte[] value : parts.of(reply, UUID.randomUUID().toString())) {
        if (!send(new ProducerRecord<>(topics.replies(), partition, key, value), reply)) {
          return; // Kafka is away; the board must not wait for it once for each of the others
        }
      }
    }
  }

  private boolean send(ProducerRecord<byte[], byte[]> reply, Reply what) {
    try {
      producer.send(reply, (metadata, failure) -> {
        if (failure != null) {
          lost(what, failure);
        }
      });
      return true;
    } catch (KafkaException e) {
      lost(what, e);
      return false;
    }
  }

  private static void lost(Reply what, Exception failure) {
    log.warn(
        "A {} for {} was not sent; it is given again when it is missed: {}",
        what.getClass().getSimpleName(),
        what.asker(),
        failure.toString());
  }
}
