package dev.talaria.streams;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * The time at which a record was sent. One without a time is as old as can be, where Kafka's own extractor throws: a record
 * of somebody else's must not end the thread.
 */
final class SentAt implements TimestampExtractor {
  @Override
  public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
    return Math.max(0, record.timestamp());
  }
}
