package dev.talaria.cli.run;

import dev.talaria.board.order.OrderBook;
import dev.talaria.board.order.OrderFile;
import dev.talaria.protocol.message.StandingOrder;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the orders of this host's file and those of the fleet in step: what is on {@code controls} comes into the file,
 * where dispatcher and launcher look; what was ordered here while Kafka was away goes out. One thread; Kafka may be away.
 */
final class OrderKeeper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OrderKeeper.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final OrderFile file;
  private final ServiceKafka kafka;
  private final OrderTopic topic;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "order-keeper");
  private volatile @Nullable Consumer<byte[], byte[]> current;
  private @Nullable Producer<byte[], byte[]> producer;

  OrderKeeper(OrderFile file, ServiceKafka kafka, TopicCatalogue topics, Wire wire) {
    this.file = file;
    this.kafka = kafka;
    this.topic = new OrderTopic(topics, wire);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** How many orders of a scope are in force here. */
  int count(StandingOrder.Scope scope) {
    return (int)
        file.current().orders().stream().filter(order -> order.scope() == scope).count();
  }

  private boolean isClosing() {
    return closing.getCount() == 0;
  }

  private void run() {
    try {
      while (!isClosing()) {
        try {
          keep();
        } catch (WakeupException e) {
          log.debug("order keeper woken");
        } catch (RuntimeException e) { // whatever it is, the fleet's orders come through here alone
          log.warn("Orders are kept in step again in {} s: {}", PAUSE.toSeconds(), e.toString());
          closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void keep() {
    Consumer<byte[], byte[]> consumer = kafka.consumer();
    try {
      current = consumer;
      long end = topic.readFromTheBeginning(consumer, PATIENCE);
      boolean whole = false;
      while (!isClosing()) {
        for (var rec : consumer.poll(POLL)) {
          change(topic.change(rec));
        }
        if (!whole && consumer.position(topic.partition()) >= end) {
          whole = true;
          change(topic.readAll());
        }
        tell();
      }
    } finally {
      current = null;
      consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
  }

  private void change(UnaryOperator<OrderBook> how) {
    OrderBook before = file.read();
    if (!how.apply(before).equals(before)) {
      OrderBook after = file.change(how);
      log.info(
          "Orders in force: {}",
          after.orders().isEmpty()
              ? "none"
              : after.orders().stream().map(it -> it.order().words()).toList());
    }
  }

  private void tell() {
    OrderBook book = file.read();
    if (book.lifts().isEmpty() && book.untold().isEmpty()) {
      return;
    }
    Producer<byte[], byte[]> sender = producer;
    if (sender == null) {
      sender = kafka.producer();
      producer = sender;
    }
    file.change(topic.tell(sender, book, PATIENCE));
  }

  @Override
  public void close() {
    closing.countDown();
    Consumer<byte[], byte[]> reading = current;
    if (reading != null) {
      reading.wakeup();
    }
    try {
      thread.join(3_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Producer<byte[], byte[]> sender = producer;
    if (sender != null && !thread.isAlive()) {
      sender.close(Duration.ofSeconds(1));
    }
  }
}
