package dev.talaria.protocol.message;

import org.jspecify.annotations.Nullable;

/**
 * A record that could not be read or sent, on {@code dead-letter}. Nothing forwards it again by itself.
 *
 * @param topic where it was read, or where it should have gone
 * @param partition its partition, or -1 where it was never sent
 * @param offset its offset, or -1 where it was never sent
 * @param reason what was wrong with it
 * @param key its key as text, if it had one
 * @param value the start of its value, base64
 * @param size the whole value's length in bytes
 * @param at epoch milliseconds
 */
public record DeadLetter(
    String topic,
    int partition,
    long offset,
    String reason,
    @Nullable String key,
    @Nullable String value,
    int size,
    long at)
    implements Message {
  /** How much of a value is kept, in bytes. */
  public static final int KEPT_BYTES = 64 * 1024;

  /** A dead letter for the bytes of a record. */
  public static DeadLetter of(
      String topic,
      int partition,
      long offset,
      String reason,
      @Nullable String key,
      byte @Nullable [] value,
      long at) {
    if (value == null) {
      return new DeadLetter(topic, partition, offset, reason, key, null, 0, at);
    }
    byte[] kept = value.length <= KEPT_BYTES ? value : java.util.Arrays.copyOf(value, KEPT_BYTES);
    String text = java.util.Base64.getEncoder().encodeToString(kept);
    return new DeadLetter(topic, partition, offset, reason, key, text, value.length, at);
  }
}
