package dev.talaria.cli.dlq;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a bad record.
 *
 * @param headers those that it had; none where only its letter is left
 * @param whole whether this is all of its value
 * @param fromSource whether it was read where it came from, else from its letter
 */
record Original(
    byte @Nullable [] key,
    byte @Nullable [] value,
    Headers headers,
    boolean whole,
    boolean fromSource) {
  /** Header of a record that was put back: how often, in digits. */
  static final String TIMES = "talaria-resent";

  /** Header of a record that was put back: the offset that it had in its partition. */
  static final String FROM = "talaria-resent-from";

  /** How often it had been put back already, as it says itself. */
  int times() {
    Header header = headers.lastHeader(TIMES);
    if (header == null || header.value() == null) {
      return 0;
    }
    String text = new String(header.value(), StandardCharsets.US_ASCII);
    return text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : 0;
  }
}
