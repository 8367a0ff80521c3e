package dev.talaria.protocol.policy;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What of a failure stays the same when it happens again: the last line of its output with ids, numbers, paths and times
 * taken out. Without output there is none: that two workers both exited with 1 does not make them fail the same way.
 */
public final class Fingerprint {
  private static final int KEPT = 200;
  private static final Pattern TIME = Pattern.compile(
      "\\d{4}-\\d{2}-\\d{2}[t ]\\d{2}:\\d{2}(:\\d{2})?([.,]\\d+)?(z|[+-]\\d{2}:?\\d{2})?");
  private static final Pattern PATH = Pattern.compile("(?<![\\w/])(/[\\w.@+-]+)+/?");
  private static final Pattern TASK_ID = Pattern.compile("\\bt_[0-9a-f]{8,}\\b");
  private static final Pattern HEX = Pattern.compile("\\b(0x)?[0-9a-f]{8,}(-[0-9a-f]{4,})*\\b");
  private static final Pattern NUMBER = Pattern.compile("\\d+");
  private static final Pattern SPACE = Pattern.compile("\\s+");

  private Fingerprint() {}

  /** The fingerprint of a failure, if its output says anything. */
  public static Optional<String> of(String kind, @Nullable String tail) {
    String line = lastLine(tail);
    return line.isEmpty() ? Optional.empty() : Optional.of(kind + ": " + normalise(line));
  }

  static String normalise(String line) {
    String s = line.length() > 2_000 ? line.substring(0, 2_000) : line;
    s = s.toLowerCase(Locale.ROOT);
    s = TIME.matcher(s).replaceAll("<time>");
    s = TASK_ID.matcher(s).replaceAll("<task>");
    s = PATH.matcher(s).replaceAll("<path>");
    s = HEX.matcher(s).replaceAll("<id>");
    s = NUMBER.matcher(s).replaceAll("<n>");
    s = SPACE.matcher(s).replaceAll(" ").strip();
    return s.length() <= KEPT ? s : s.substring(0, KEPT);
  }

  private static String lastLine(@Nullable String tail) {
    if (tail == null) {
      return "";
    }
    String stripped = tail.strip();
    return stripped.substring(stripped.lastIndexOf('\n') + 1).strip();
  }
}
