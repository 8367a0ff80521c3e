package dev.talaria.protocol.policy;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What of a failure stays the same when it happens again: how the run ended, and the line of its output that tells what
 * went wrong ({@link TellingLine}) without what differs from run to run ({@link Sameness}). Without output there is none: that
 * two workers both exited with 1 does not make them fail the same way. {@code docs/crash-loops.md} says what counts as the
 * same.
 *
 * <p>Pure, and quick for any output: it looks at the last 16 KiB, and of a line at its first 2,000 characters.
 */
public final class Fingerprint {
  private static final int LOOKED_AT = 16 * 1024;
  private static final int LINE = 2_000;
  private static final int KEPT = 200;

  /** What silent ends have in common where their output tells of no error. */
  private static final String SILENCE = "exit 0 in silence";

  private Fingerprint() {}

  /**
   * The fingerprint of a failure, if its output says anything.
   *
   * @param kind of the event that ends the run. Of a run that was out of time only a line that tells of an error counts:
   *     where it was cut off says nothing
   */
  public static Optional<String> of(String kind, @Nullable String tail) {
    List<String> lines = lines(tail);
    Optional<String> line = TellingLine.ofError(lines);
    if (line.isEmpty() && !kind.equals("timed_out")) {
      line = TellingLine.last(lines);
    }
    return line.map(Fingerprint::normalise)
        .filter(print -> !print.isEmpty())
        .map(print -> kind + ": " + print);
  }

  /** The fingerprint of a worker that exited with 0 in silence: that it did so, unless its output tells of an error. */
  public static String ofSilence(String kind, @Nullable String tail) {
    return kind
        + ": "
        + TellingLine.ofException(lines(tail))
            .map(Fingerprint::normalise)
            .filter(print -> !print.isEmpty())
            .orElse(SILENCE);
  }

  static String normalise(String line) {
    String same = Sameness.of(line.length() > LINE ? line.substring(0, LINE) : line);
    return same.length() <= KEPT ? same : same.substring(0, KEPT);
  }

  private static List<String> lines(@Nullable String tail) {
    if (tail == null) {
      return List.of();
    }
    int from = Math.max(0, tail.length() - LOOKED_AT);
    return Terminal.plain(tail.substring(from))
        .lines()
        .map(line -> line.length() > LINE ? line.substring(0, LINE) : line)
        .map(String::stripTrailing)
        .filter(line -> !line.isBlank())
        .toList();
  }
}
