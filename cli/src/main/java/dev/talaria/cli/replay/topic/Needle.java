package dev.talaria.cli.replay.topic;

import java.nio.charset.StandardCharsets;

/**
 * A text that is looked for in the bytes of a record, so that only those are parsed that may be of interest. What has it may
 * have it in a text of a user's: the parsed record decides. Thread-safe.
 */
public final class Needle {
  private final byte[] wanted;

  public Needle(String text) {
    wanted = text.getBytes(StandardCharsets.UTF_8);
  }

  /** Whether the text stands anywhere in the bytes. */
  public boolean isIn(byte[] bytes) {
    byte first = wanted[0];
    int last = bytes.length - wanted.length;
    for (int at = 0; at <= last; at++) {
      if (bytes[at] == first && isAt(bytes, at)) {
        return true;
      }
    }
    return false;
  }

  private boolean isAt(byte[] bytes, int at) {
    for (int i = 1; i < wanted.length; i++) {
      if (bytes[at + i] != wanted[i]) {
        return false;
      }
    }
    return true;
  }
}
