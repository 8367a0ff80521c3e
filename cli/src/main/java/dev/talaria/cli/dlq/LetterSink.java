package dev.talaria.cli.dlq;

import dev.talaria.protocol.message.DeadLetter;
import dev.talaria.protocol.message.DeadLetterAct;

/** Takes what stands on {@code dead-letter}, in any order. */
interface LetterSink {
  /** @param position where it stands */
  void add(long position, DeadLetter letter);

  void add(DeadLetterAct act);
}
