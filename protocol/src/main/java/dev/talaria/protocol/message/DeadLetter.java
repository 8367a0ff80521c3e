package dev.talaria.protocol.message;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
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

  /** How much of a reason is kept, in characters: it may quote the value. */
  public static final int REASON_CHARS = 2_000;

  private static final int KEY_CHARS = 16_000;
  private static final int DIGEST_BYTES = 8;

  /** The start of the SHA-256 of {@code value}, in hex; empty where no value is kept. */
  public String digest() {
    if (value == null) {
      return "";
    }
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(hash, 0, DIGEST_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }

  /** A dead letter for the bytes of a record. */
  public static DeadLetter of(
      String topic,
      int partition,
      long offset,
      String reason,
      @Nullable String key,
      byte @Nullable [] value,
      long at) {
    String why = cut(reason, REASON_CHARS);
    String name = key == null ? null : cut(key, KEY_CHARS);
    if (value == null) {
      return new DeadLetter(topic, partition, offset, why, name, null, 0, at);
    }
    byte[] kept = value.length <= KEPT_BYTES ? value : Arrays.copyOf(value, KEPT_BYTES);
    String text = Base64.getEncoder().encodeToString(kept);
    return new DeadLetter(topic, partition, offset, why, name, text, value.length, at);
  }

  private static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most - 3) + "...";
  }
}
