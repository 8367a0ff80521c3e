package dev.talaria.cli.bench;

import dev.talaria.cli.CliFailure;
import dev.talaria.cli.replay.topic.Stretch;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;

/** A consumer that only counts: what reading records costs at least. */
final class BareReader {
  private static final Duration POLL = Duration.ofMillis(100);

  private BareReader() {}

  /** How many records the stretches have, read one after the other. */
  static long count(Supplier<Consumer<byte[], byte[]>> consumers, List<Stretch> stretches) {
    Consumer<byte[], byte[]> consumer = consumers.get();
    try {
      long count = 0;
      for (Stretch stretch : stretches) {
        consumer.assign(List.of(stretch.partition()));
        consumer.seek(stretch.partition(), stretch.from());
        long until = System.nanoTime() + Duration.ofMinutes(10).toNanos();
        while (consumer.position(stretch.partition()) < stretch.to()) {
          count += consumer.poll(POLL).count();
          if (System.nanoTime() > until) {
            throw CliFailure.failed("%s was not read to its end.".formatted(stretch.partition()));
          }
        }
      }
      return count;
    } finally {
      consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
  }
}
