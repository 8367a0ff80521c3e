package dev.talaria.dispatcher;

import dev.talaria.dispatcher.inbox.ControlReader.TopicFacts;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks now and then whether a topic was deleted and made again. Clients go on writing to the new one without a word, so
 * what the old one held would be missing in silence.
 */
final class TopicWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TopicWatch.class);
  private static final Duration LOOK = Duration.ofSeconds(5);

  private final Supplier<Map<String, TopicFacts>> facts;
  private final Consumer<String> replaced;
  private final Map<String, String> known = new HashMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "topic-watch");

  /**
   * A watch.
   *
   * @param facts asks the broker, and makes topics that are missing
   * @param replaced told the name of each topic whose id has changed
   */
  TopicWatch(Supplier<Map<String, TopicFacts>> facts, Consumer<String> replaced) {
    this.facts = facts;
    this.replaced = replaced;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      do {
        look();
      } while (!closing.await(LOOK.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    try {
      facts.get().forEach((topic, fact) -> {
        String before = known.put(topic, fact.id());
        if (before != null && !before.equals(fact.id())) {
          replaced.accept(topic);
        }
      });
    } catch (RuntimeException e) { // whatever it was, the next look may go well
      log.debug("the topics could not be looked at: {}", e.toString());
    }
  }

  @Override
  public void close() {
    closing.countDown();
    thread.interrupt();
  }
}
