package dev.talaria.cli.text;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import org.jspecify.annotations.Nullable;

/** Times of the board, epoch seconds, as people read them. */
public final class Times {
  private static final long MINUTE = 60;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  private Times() {}

  /** {@code 2026-01-31 14:05:09} in the zone; a dash when there is none. */
  public static String stamp(@Nullable Long seconds, ZoneId zone) {
    if (seconds == null) {
      return "-";
    }
    // a formatter would cost a tenth of a short verb's start
    ZonedDateTime at = Instant.ofEpochSecond(seconds).atZone(zone);
    return "%04d-%02d-%02d %02d:%02d:%02d"
        .formatted(
            at.getYear(),
            at.getMonthValue(),
            at.getDayOfMonth(),
            at.getHour(),
            at.getMinute(),
            at.getSecond());
  }

  /** How long ago, or how long: {@code 45s}, {@code 12m}, {@code 3h}, {@code 2d}. */
  public static String span(long seconds) {
    long positive = Math.max(0, seconds);
    if (positive < MINUTE) {
      return positive + "s";
    }
    if (positive < HOUR) {
      return positive / MINUTE + "m";
    }
    return positive < DAY ? positive / HOUR + "h" : positive / DAY + "d";
  }
}
