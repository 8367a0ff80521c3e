package dev.talaria.cli.replay.topic;

import org.apache.kafka.common.TopicPartition;

/**
 * A part of a partition that is to be read.
 *
 * @param from the first offset
 * @param to the offset after the last
 */
public record Stretch(TopicPartition partition, long from, long to) {
  /** How many offsets it has; some of them are no records but marks of transactions. */
  public long length() {
    return Math.max(0, to - from);
  }
}
