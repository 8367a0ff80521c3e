package dev.talaria.cli.dlq;

import dev.talaria.protocol.message.DeadLetterAct;
import dev.talaria.protocol.message.DeadLetterAct.Act;
import dev.talaria.protocol.message.Wire;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Does something about dead letters and puts on record who did, in one Kafka transaction: a record that was put back never
 * lacks its act, nor is there an act of a record that was not. After a failure it is of no use any more.
 */
final class ActWriter implements AutoCloseable {
  /** In one transaction, which must be through within three seconds. */
  private static final int AT_ONCE = 500;

  private final Producer<byte[], byte[]> producer;
  private final String deadLetters;
  private final Wire wire;
  private final String by;
  private final String host;
  private boolean begun;

  /**
   * A writer.
   *
   * @param producer transactional; closed with this
   * @param by who acts
   */
  ActWriter(
      Producer<byte[], byte[]> producer, String deadLetters, Wire wire, String by, String host) {
    this.producer = producer;
    this.deadLetters = deadLetters;
    this.wire = wire;
    this.by = by;
    this.host = host;
  }

  /**
   * Puts a record back where it came from, with its key and its headers.
   *
   * @param now epoch milliseconds
   * @return the offset at which it stands now
   */
  long resend(Letter letter, Resending.May may, @Nullable String note, long now) {
    Original original = may.original();
    begin();
    var anew = new ProducerRecord<>(
        letter.id().topic(),
        letter.id().partition(),
        original.key(),
        original.value(),
        headers(letter, may));
    long sentAs = offsetOf(producer.send(anew));
    var act = act(Act.RESENT, letter, note, now, sentAs, may.times());
    producer.send(new ProducerRecord<>(deadLetters, 0, original.key(), wire.encode(act)));
    producer.commitTransaction();
    return sentAs;
  }

  /** Puts on record that nobody need look at these again. */
  void drop(List<Letter> letters, @Nullable String note, long now) {
    for (int from = 0; from < letters.size(); from += AT_ONCE) {
      begin();
      for (Letter letter : letters.subList(from, Math.min(letters.size(), from + AT_ONCE))) {
        byte[] key = letter.key() == null ? null : letter.key().getBytes(StandardCharsets.UTF_8);
        var act = act(Act.DROPPED, letter, note, now, null, null);
        producer.send(new ProducerRecord<>(deadLetters, 0, key, wire.encode(act)));
      }
      producer.commitTransaction();
    }
  }

  private void begin() {
    if (!begun) {
      producer.initTransactions();
      begun = true;
    }
    producer.beginTransaction();
  }

  private static Headers headers(Letter letter, Resending.May may) {
    Headers headers = new RecordHeaders(may.original().headers());
    headers.remove(Original.TIMES);
    headers.remove(Original.FROM);
    headers.add(Original.TIMES, digits(may.times()));
    headers.add(Original.FROM, digits(letter.id().offset()));
    return headers;
  }

  private static byte[] digits(long number) {
    return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
  }

  private DeadLetterAct act(
      Act act,
      Letter letter,
      @Nullable String note,
      long now,
      @Nullable Long sentAs,
      @Nullable Integer times) {
    LetterId id = letter.id();
    return new DeadLetterAct(
        act,
        letter.position(),
        id.topic(),
        id.partition(),
        id.offset(),
        id.digest(),
        by,
        host,
        note,
        now,
        sentAs,
        times);
  }

  private static long offsetOf(java.util.concurrent.Future<RecordMetadata> sent) {
    try {
      return sent.get().offset();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException known ? known : new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", e);
    }
  }

  /** What is not committed is undone. */
  @Override
  public void close() {
    producer.close(Duration.ofSeconds(3));
  }
}
