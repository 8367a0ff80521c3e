package dev.talaria.cli.run;

import dev.talaria.board.order.OrderBook;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.StandingOrder;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The topic {@code controls}: what a record of it does to a host's orders, and how those of a host are told to the fleet. */
final class OrderTopic {
  private static final Logger log = LoggerFactory.getLogger(OrderTopic.class);

  private final String topic;
  private final Wire wire;
  private final Set<String> keys = new HashSet<>();

  OrderTopic(TopicCatalogue topics, Wire wire) {
    this.topic = topics.controls();
    this.wire = wire;
  }

  /** Lets a consumer read the topic from its beginning; says where it ends now. */
  long readFromTheBeginning(Consumer<byte[], byte[]> consumer, Duration limit) {
    var partition = partition();
    keys.clear();
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
    Long end = consumer.endOffsets(List.of(partition), limit).get(partition);
    return end == null ? 0 : end;
  }

  TopicPartition partition() {
    return new TopicPartition(topic, 0);
  }

  /** What a record does to the orders that are known. */
  UnaryOperator<OrderBook> change(ConsumerRecord<byte[], byte[]> rec) {
    if (rec.key() == null) {
      return book -> book;
    }
    String key = new String(rec.key(), StandardCharsets.UTF_8);
    if (rec.value() == null) {
      keys.remove(key);
      return book -> book.heardLift(key);
    }
    try {
      StandingOrder order = wire.decode(rec.value(), StandingOrder.class);
      if (!order.key().equals(key)) {
        throw new MalformedMessageException(
            "its key is '%s', and it is the order '%s'".formatted(key, order.key()));
      }
      keys.add(key);
      return book -> book.heard(order);
    } catch (MalformedMessageException | IllegalArgumentException e) {
      log.warn("An order at {}@{} is passed over: {}", topic, rec.offset(), e.getMessage());
      return book -> book;
    }
  }

  /** What it means that the topic was read to its end: an order that it does not have any more was taken back. */
  UnaryOperator<OrderBook> readAll() {
    Set<String> there = Set.copyOf(keys);
    return book -> book.heardAll(there);
  }

  /**
   * Tells the fleet what it does not know yet.
   *
   * @return what the book becomes by that
   * @throws KafkaException when Kafka did not acknowledge it in time
   */
  UnaryOperator<OrderBook> tell(Producer<byte[], byte[]> producer, OrderBook book, Duration limit) {
    UnaryOperator<OrderBook> done = now -> now;
    long until = System.nanoTime() + limit.toNanos();
    for (OrderBook.Lift lift : book.lifts()) {
      send(producer, lift.key(), null, until);
      UnaryOperator<OrderBook> before = done;
      done = now -> before.apply(now).told(lift);
    }
    for (StandingOrder order : book.untold()) {
      send(producer, order.key(), wire.encode(order), until);
      UnaryOperator<OrderBook> before = done;
      done = now -> before.apply(now).told(order);
    }
    return done;
  }

  private void send(
      Producer<byte[], byte[]> producer, String key, byte @Nullable [] value, long until) {
    try {
      byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
      producer
          .send(new ProducerRecord<>(topic, 0, bytes, value))
          .get(Math.max(1, until - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw new KafkaException(String.valueOf(e.getCause()), e);
    } catch (TimeoutException e) {
      throw new KafkaException("it did not answer in time", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", e);
    }
  }
}
