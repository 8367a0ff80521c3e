package dev.talaria.launcher.rundir;

import java.util.Optional;

/**
 * A process as the shell wrote it down.
 *
 * @param pid its process id
 * @param startTime its start time as the system counts it, or {@code -} where there is no {@code /proc}
 */
public record ProcessRecord(long pid, String startTime) {
  /** Nothing when the line is not whole. */
  static Optional<ProcessRecord> parse(String content) {
    int end = content.indexOf('\n');
    if (end < 0) {
      return Optional.empty();
    }
    String[] words = content.substring(0, end).split(" ", -1);
    try {
      return words.length == 2
          ? Optional.of(new ProcessRecord(Long.parseLong(words[0]), words[1]))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
