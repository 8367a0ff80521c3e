package dev.talaria.cli.demo;

import dev.talaria.protocol.message.Decision;
import dev.talaria.protocol.message.Message;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** Reads back from Kafka what was said there, from the beginning, read-committed. */
final class BusReader {
  private static final Duration POLL = Duration.ofMillis(100);

  private final TopicCatalogue topics;
  private final Wire wire = new Wire();

  BusReader(TopicCatalogue topics) {
    this.topics = topics;
  }

  /** What stands on the two topics, in their order. */
  record Heard(List<Transition> transitions, List<Decision> decisions) {}

  /** Reads on until it is enough, or the limit has passed; then what there is. */
  Heard read(Consumer<byte[], byte[]> consumer, Predicate<Heard> enough, Duration limit) {
    long until = System.nanoTime() + limit.toNanos();
    var heard = new Heard(new ArrayList<>(), new ArrayList<>());
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : List.of(topics.transitions(), topics.decisions())) {
      consumer
          .partitionsFor(topic)
          .forEach(found -> partitions.add(new TopicPartition(topic, found.partition())));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    while (!enough.test(heard) && System.nanoTime() < until) {
      for (var found : consumer.poll(POLL)) {
        if (found.topic().equals(topics.transitions())) {
          add(heard.transitions(), found.value(), Transition.class);
        } else {
          add(heard.decisions(), found.value(), Decision.class);
        }
      }
    }
    return heard;
  }

  private <T extends Message> void add(List<T> to, byte[] value, Class<T> type) {
    to.add(wire.decode(value, type));
  }
}
