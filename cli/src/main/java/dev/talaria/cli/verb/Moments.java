package dev.talaria.cli.verb;

import dev.talaria.cli.CliFailure;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Points of time that people type: {@code +2h}, {@code 18:30}, {@code 2026-03-01}, {@code 2026-03-01T18:30}. */
public final class Moments {
  private static final long LAST = 253_402_300_799L; // the last second with a year of four digits

  private static final Pattern EPOCH = Pattern.compile("\\d{9,12}");
  private static final Pattern SPAN = Pattern.compile("[0-9.]+[smhdSMHD]?");

  private Moments() {}

  /** Epoch seconds, later than now. A time without a date is the next such; one without an offset is of the zone. */
  static long future(String option, String text, Instant now, ZoneId zone) {
    String given = text.strip();
    Long at = given.startsWith("+")
        ? Long.valueOf(now.getEpochSecond() + Spans.seconds(option, given.substring(1)))
        : parse(given.replace(' ', 'T'), now, zone);
    if (at == null || at > LAST) {
      throw CliFailure.usage(
          "%s is '%s'; expected a time such as +2h, 18:30, 2026-03-01 or 2026-03-01T18:30."
              .formatted(option, text));
    }
    if (at <= now.getEpochSecond()) {
      throw CliFailure.usage("%s is '%s', which is past; expected a time to come, such as +2h."
          .formatted(option, text));
    }
    return at;
  }

  /**
   * Epoch seconds, not later than now: {@code 24h} is so long ago, as are all spans; a number of nine digits or more is
   * epoch seconds. A time without a date is the last such; one without an offset is of the zone.
   */
  public static long past(String option, String text, Instant now, ZoneId zone) {
    String given = text.strip();
    Long at = null;
    if (EPOCH.matcher(given).matches()) {
      at = Long.valueOf(given);
    } else if (SPAN.matcher(given).matches()) {
      at = now.getEpochSecond() - Spans.seconds(option, given);
    } else {
      at = attempt(() -> last(LocalTime.parse(given), now.atZone(zone)));
      at = at == null ? parse(given.replace(' ', 'T'), now, zone) : at;
    }
    if (at == null) {
      throw CliFailure.usage(
          "%s is '%s'; expected a time that is past, such as 24h (ago), 2026-03-01T18:30 or epoch seconds."
              .formatted(option, text));
    }
    if (at > now.getEpochSecond()) {
      throw CliFailure.usage(
          "%s is '%s', which is to come; expected a time that is past, such as 24h (ago)."
              .formatted(option, text));
    }
    return at;
  }

  private static @Nullable Long parse(String text, Instant now, ZoneId zone) {
    Long at = attempt(() -> OffsetDateTime.parse(text).toEpochSecond());
    if (at == null) {
      at = attempt(() -> LocalDateTime.parse(text).atZone(zone).toEpochSecond());
    }
    if (at == null) {
      at = attempt(() -> LocalDate.parse(text).atStartOfDay(zone).toEpochSecond());
    }
    return at == null ? attempt(() -> next(LocalTime.parse(text), now.atZone(zone))) : at;
  }

  private static long next(LocalTime time, ZonedDateTime now) {
    ZonedDateTime today = now.with(time);
    return (today.isAfter(now) ? today : now.plusDays(1).with(time)).toEpochSecond();
  }

  private static long last(LocalTime time, ZonedDateTime now) {
    ZonedDateTime today = now.with(time);
    return (today.isAfter(now) ? now.minusDays(1).with(time) : today).toEpochSecond();
  }

  private interface Reading {
    long seconds();
  }

  private static @Nullable Long attempt(Reading reading) {
    try {
      return reading.seconds();
    } catch (DateTimeException e) {
      return null; // another form, perhaps
    }
  }
}
