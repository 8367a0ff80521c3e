package dev.talaria.streams;

import dev.talaria.protocol.message.DeadLetter;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the record that a processor is at on the dead-letter topic, within the transaction that moves past it. */
final class Burial {
  private static final Logger log = LoggerFactory.getLogger(Burial.class);

  private final ProcessorContext<String, ? super DeadLetter> context;
  private final DecisionListener listener;

  Burial(ProcessorContext<String, ? super DeadLetter> context, DecisionListener listener) {
    this.context = context;
    this.listener = listener;
  }

  /** @param reason why nothing can be done with it */
  void bury(@Nullable String key, byte @Nullable [] value, String reason) {
    long now = context.currentSystemTimeMs();
    var source = context.recordMetadata();
    var letter = DeadLetter.of(
        source.map(at -> at.topic()).orElse(""),
        source.map(at -> at.partition()).orElse(-1),
        source.map(at -> at.offset()).orElse(-1L),
        reason,
        key,
        value,
        now);
    log.warn(
        "Record {} of {}-{} is put on the dead-letter topic: {}",
        letter.offset(),
        letter.topic(),
        letter.partition(),
        reason);
    context.forward(new Record<>(key, letter, now), DecisionTopology.DEAD_LETTER_SINK);
    listener.malformed(letter);
  }
}
