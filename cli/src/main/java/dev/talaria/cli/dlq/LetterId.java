package dev.talaria.cli.dlq;

import dev.talaria.protocol.message.DeadLetter;
import dev.talaria.protocol.message.DeadLetterAct;

/**
 * Which bad record letters are about: its place and its bytes, since a topic that was made again hands its offsets out anew.
 * A record that was never sent has no place, and each letter about one stands for itself.
 *
 * @param letter the letter's own offset for a record that was never sent; else -1
 */
record LetterId(String topic, int partition, long offset, String digest, long letter) {
  private static final long ANY = -1;

  static LetterId of(long position, DeadLetter letter) {
    return of(position, letter.topic(), letter.partition(), letter.offset(), letter.digest());
  }

  static LetterId of(DeadLetterAct act) {
    return of(act.letter(), act.topic(), act.partition(), act.offset(), act.digest());
  }

  private static LetterId of(
      long position, String topic, int partition, long offset, String digest) {
    return offset < 0
        ? new LetterId(topic, partition, offset, digest, position)
        : new LetterId(topic, partition, offset, digest, ANY);
  }
}
