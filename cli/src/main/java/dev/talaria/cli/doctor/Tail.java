package dev.talaria.cli.doctor;

import dev.talaria.service.kafka.PartitionReader;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads the end of a partition as it stands, read-committed. */
final class Tail {
  private static final Duration STALLED = Duration.ofSeconds(10);

  private final DoctorKafka kafka;

  Tail(DoctorKafka kafka) {
    this.kafka = kafka;
  }

  /**
   * Gives the last records of a partition, oldest first.
   *
   * @param most how many at most; transaction markers count
   * @return how many offsets the partition holds
   */
  long read(TopicPartition partition, long most, Consumer<ConsumerRecord<byte[], byte[]>> each) {
    var consumer = kafka.consumer();
    try {
      var one = List.of(partition);
      consumer.assign(one);
      long end = consumer.endOffsets(one).getOrDefault(partition, 0L);
      long begin = consumer.beginningOffsets(one).getOrDefault(partition, 0L);
      consumer.seek(partition, Math.max(begin, end - most));
      new PartitionReader(consumer, STALLED).readTo(partition, end, each);
      return end - begin;
    } finally {
      consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
  }
}
