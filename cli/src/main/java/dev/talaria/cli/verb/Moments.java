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
import org.jspecify.annotations.Nullable;

/** Points of time that people type: {@code +2h}, {@code 18:30}, {@code 2026-03-01}, {@code 2026-03-01T18:30}. */
public final class Moments {
  private static final long LAST = 253_402_300_799L; // the last second with a year of four digits

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

  /** Epoch seconds of a time that is past: as above, or as in {@code 7d} so long ago. A time without a date is today's. */
  public static long past(String option, String text, Instant now, ZoneId zone) {
    String given = text.strip();
    if (given.matches("[0-9.]+[smhd]")) {
      return now.getEpochSecond() - Spans.seconds(option, given);
    }
    Long at = parse(given.replace(' ', 'T'), now, zone);
    if (at != null && attempt(() -> LocalTime.parse(given).toSecondOfDay()) != null) {
      at = LocalTime.parse(given)
          .atDate(now.atZone(zone).toLocalDate())
          .atZone(zone)
          .toEpochSecond();
    }
    if (at == null || at > now.getEpochSecond()) {
      throw CliFailure.usage(
          "%s is '%s'; expected a time that is past, such as 7d, 2026-03-01 or 2026-03-01T18:30."
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
