package dev.talaria.board.context;

import dev.talaria.board.text.HermesText;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Times and caps of the worker's context. */
final class ContextText {
  private final DateTimeFormatter minutes;

  ContextText(ZoneId zone) {
    this.minutes = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(zone);
  }

  /** Local time to the minute; {@code ?} when there is none. */
  String time(@Nullable Long epochSeconds) {
    return epochSeconds == null ? "?" : minutes.format(Instant.ofEpochSecond(epochSeconds));
  }

  /** The stripped text, at most {@code limit} code points and then how many were left out. */
  static String capped(@Nullable String text, int limit) {
    String stripped = text == null ? "" : HermesText.strip(text);
    int length = HermesText.length(stripped);
    return length <= limit
        ? stripped
        : HermesText.cap(stripped, limit) + "… [truncated, " + (length - limit) + " chars omitted]";
  }
}
