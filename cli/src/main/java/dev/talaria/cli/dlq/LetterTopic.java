package dev.talaria.cli.dlq;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.protocol.message.DeadLetter;
import dev.talaria.protocol.message.DeadLetterAct;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Wire;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Reads the records of {@code dead-letter} into a fold. */
public final class LetterTopic {
  private final Wire wire;
  private final LetterFold fold = new LetterFold();

  public LetterTopic(Wire wire) {
    this.wire = wire;
  }

  /** Takes one record of the topic; one that cannot be read is a bad record itself. */
  public void take(ConsumerRecord<byte[], byte[]> rec) {
    pass(wire, rec, fold);
  }

  /** Passes one record of the topic on as what it is. */
  static void pass(Wire wire, ConsumerRecord<byte[], byte[]> rec, LetterSink to) {
    try {
      ObjectNode tree = rec.value() == null
          ? null
          : wire.objectOrNull(new String(rec.value(), StandardCharsets.UTF_8));
      if (tree != null && tree.has("act")) {
        to.add(wire.decode(rec.value(), DeadLetterAct.class));
      } else {
        to.add(rec.offset(), letter(wire, rec));
      }
    } catch (MalformedMessageException e) {
      to.add(rec.offset(), unreadable(rec, String.valueOf(e.getMessage())));
    }
  }

  /** A record of the topic that is about another record, or about itself where it cannot be read. */
  static DeadLetter letter(Wire wire, ConsumerRecord<byte[], byte[]> rec) {
    try {
      return wire.decode(rec.value(), DeadLetter.class);
    } catch (MalformedMessageException e) {
      return unreadable(rec, String.valueOf(e.getMessage()));
    }
  }

  private static DeadLetter unreadable(ConsumerRecord<byte[], byte[]> rec, String reason) {
    return DeadLetter.of(
        rec.topic(),
        rec.partition(),
        rec.offset(),
        reason,
        text(rec.key()),
        rec.value(),
        rec.timestamp());
  }

  static @Nullable String text(byte @Nullable [] key) {
    return key == null ? null : new String(key, StandardCharsets.UTF_8);
  }

  List<Letter> letters() {
    return fold.letters();
  }

  /**
   * Open letters in short, for whoever only counts them.
   *
   * @param place of the bad record
   * @param at when the newest letter about it was written, epoch milliseconds
   */
  public record Open(long letter, String place, String reason, long at) {}

  /** The bad records about which nobody has done anything, in the order of their first letters. */
  public List<Open> open() {
    return fold.letters().stream()
        .filter(Letter::isOpen)
        .map(it -> new Open(it.position(), it.place(), it.reason(), it.lastAt()))
        .toList();
  }
}
