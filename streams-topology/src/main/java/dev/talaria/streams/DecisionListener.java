package dev.talaria.streams;

import dev.talaria.protocol.message.DeadLetter;
import dev.talaria.protocol.message.Decision;

/**
 * Hears what the topology does, for metrics and logs. Called on the stream thread before the record is committed: what a
 * crash makes it do again is heard again. Calls must be quick and must not throw.
 */
public interface DecisionListener {
  /** Hears nothing. */
  DecisionListener NONE = new DecisionListener() {};

  /** A decision was made: {@code talaria.decisions{action}}. */
  default void decided(Decision decision) {}

  /** A transition could not be read or judged: {@code talaria.topology.malformed}. */
  default void malformed(DeadLetter letter) {}
}
