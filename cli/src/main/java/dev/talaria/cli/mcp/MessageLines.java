package dev.talaria.cli.mcp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Splits a stream into lines of UTF-8, and keeps the memory for one of them bounded. For one thread. */
final class MessageLines {
  private static final int CHUNK = 64 * 1024;

  private final InputStream in;
  private final int longest;
  private final byte[] chunk = new byte[CHUNK];
  private int from;
  private int to;

  /**
   * A line without its end.
   *
   * @param cut whether it was longer than allowed, and is the beginning only
   */
  record Line(String text, boolean cut) {}

  /** @param longest in bytes */
  MessageLines(InputStream in, int longest) {
    this.in = in;
    this.longest = longest;
  }

  /** The next line; null at the end. What follows the last line end counts as a line if there is anything. */
  @Nullable
  Line next() throws IOException {
    var line = new ByteArrayOutputStream();
    boolean cut = false;
    while (true) {
      if (from == to) {
        from = 0;
        to = Math.max(0, in.read(chunk));
        if (to == 0) {
          return line.size() == 0 ? null : new Line(line.toString(StandardCharsets.UTF_8), cut);
        }
      }
      int end = from;
      while (end < to && chunk[end] != '\n') {
        end++;
      }
      int kept = Math.min(end - from, longest - line.size());
      line.write(chunk, from, kept);
      cut |= kept < end - from;
      boolean complete = end < to;
      from = complete ? end + 1 : end;
      if (complete) {
        return new Line(line.toString(StandardCharsets.UTF_8), cut);
      }
    }
  }
}
