package dev.talaria.dispatcher.offer;

import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.topic.TopicCatalogue;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends offers on a thread of its own, and only to topics that it has seen: a launcher may be heard before it has made its
 * lane's topic, or never make one, and a producer waits long for a topic that is not there. Thread-safe; callers never wait.
 */
public final class OfferSender implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OfferSender.class);
  private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();

  /** While Kafka is away the offers of a second are repeated again and again. */
  private static final int MOST_WAITING = 1_000;

  private final Producer<byte[], byte[]> producer;
  private final TopicCatalogue topics;
  private final Predicate<String> isThere;
  private final Runnable found;
  private final Map<Lane, Look> looks = new HashMap<>();
  private final ThreadPoolExecutor thread = new ThreadPoolExecutor(
      1,
      1,
      0,
      TimeUnit.SECONDS,
      new ArrayBlockingQueue<>(MOST_WAITING),
      OfferSender::named,
      new ThreadPoolExecutor.DiscardPolicy());

  private record Look(boolean there, long at) {}

  /**
   * A sender.
   *
   * @param isThere asks Kafka whether a topic is there; may wait, and throws {@link KafkaException} when nobody answers
   * @param found told, on the sender's thread, when a lane's topic was found, so that boards offer
   */
  public OfferSender(
      Producer<byte[], byte[]> producer,
      TopicCatalogue topics,
      Predicate<String> isThere,
      Runnable found) {
    this.producer = producer;
    this.topics = topics;
    this.isThere = isThere;
    this.found = found;
  }

  private static Thread named(Runnable task) {
    Thread thread = new Thread(task, "offer-sender");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Whether the lane's topic is known to be there. When it is not, it is looked for, once a second at most.
   *
   * @param now monotonic nanoseconds
   */
  public boolean reaches(Lane lane, long now) {
    synchronized (looks) {
      Look last = looks.get(lane);
      if (last != null && last.there()) {
        return true;
      }
      if (last == null || now - last.at() >= LOOK_NANOS) {
        looks.put(lane, new Look(false, now));
        thread.execute(() -> look(lane, now));
      }
      return false;
    }
  }

  private void look(Lane lane, long now) {
    try {
      if (isThere.test(topics.ready(lane))) {
        note(lane, true, now);
        found.run();
      }
    } catch (KafkaException e) {
      log.debug("the topic of lane '{}' could not be looked for: {}", lane, e.toString());
    }
  }

  private void note(Lane lane, boolean there, long now) {
    synchronized (looks) {
      looks.put(lane, new Look(there, now));
    }
  }

  /** Sends an offer, soon; one that is lost is made again by its board. */
  public void send(Lane lane, byte[] board, byte[] offer, long now) {
    thread.execute(() -> {
      try {
        producer.send(
            new ProducerRecord<>(topics.ready(lane), 0, board, offer), (done, failure) -> {
              if (failure != null) {
                failed(lane, failure, now);
              }
            });
      } catch (KafkaException | IllegalStateException e) { // the producer was closed
        failed(lane, e, now);
      }
    });
  }

  /** The topic may have been deleted. */
  private void failed(Lane lane, Exception failure, long now) {
    note(lane, false, now);
    log.warn("An offer in lane '{}' was not sent: {}", lane, failure.toString());
  }

  /** What is not sent yet is not sent any more. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
