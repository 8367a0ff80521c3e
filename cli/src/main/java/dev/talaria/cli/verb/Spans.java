package dev.talaria.cli.verb;

import dev.talaria.cli.CliFailure;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times that people type: {@code 90}, {@code 30s}, {@code 5m}, {@code 2h}, {@code 1.5d}. */
public final class Spans {
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,12}(?:\\.\\d{1,9})?|\\.\\d{1,9})([smhd]?)");

  private Spans() {}

  /** Whole seconds, at least one. */
  public static long seconds(String option, String text) {
    long seconds = parse(option, text).longValue();
    if (seconds < 1) {
      throw refused(option, text);
    }
    return seconds;
  }

  /** A pause between two looks; at least a millisecond. */
  public static Duration interval(String option, String text) {
    long millis = parse(option, text).movePointRight(3).longValue();
    if (millis < 1) {
      throw refused(option, text);
    }
    return Duration.ofMillis(millis);
  }

  private static BigDecimal parse(String option, String text) {
    Matcher matcher = FORM.matcher(text.strip().toLowerCase(java.util.Locale.ROOT));
    if (!matcher.matches()) {
      throw refused(option, text);
    }
    return new BigDecimal(matcher.group(1)).multiply(unit(matcher.group(2)));
  }

  private static BigDecimal unit(String unit) {
    return BigDecimal.valueOf(
        switch (unit) {
          case "m" -> 60;
          case "h" -> 3_600;
          case "d" -> 86_400;
          default -> 1;
        });
  }

  private static CliFailure refused(String option, String text) {
    return CliFailure.usage(
        "%s is '%s'; expected a time above zero such as 90, 30s, 5m, 2h or 1.5d."
            .formatted(option, text));
  }
}
