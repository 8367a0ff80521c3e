package dev.talaria.board;

import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sqlite.core.Codes;
import org.sqlite.core.DB;

/** The current row of a query, read by column name; physical order differs between fresh and migrated files. */
public final class Row {
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d{1,3})?");

  private final DB db;
  private final long statement;
  private final Map<String, Integer> positions;

  /**
   * @param statement the driver's pointer, standing on a row
   * @param positions of the columns by name, from 0, in their order
   */
  Row(DB db, long statement, Map<String, Integer> positions) {
    this.db = db;
    this.statement = statement;
    this.positions = positions;
  }

  /** One row becomes one value; the row must not be kept. */
  @FunctionalInterface
  public interface Mapper<T> {
    T map(Row row);
  }

  public @Nullable String text(String column) {
    try {
      return db.column_text(statement, position(column));
    } catch (SQLException e) {
      throw SqlErrors.wrap("read column '" + column + "'", e);
    }
  }

  /** A text that the schema declares NOT NULL. */
  public String requireText(String column) {
    return Objects.requireNonNull(text(column), column);
  }

  public long number(String column) {
    Long value = numberOrNull(column);
    return value == null ? 0 : value;
  }

  public @Nullable Long numberOrNull(String column) {
    Object value = value(column);
    if (value instanceof Number number) {
      return number.longValue();
    }
    return value instanceof String text ? parseNumber(text) : null;
  }

  public @Nullable Integer intOrNull(String column) {
    Long value = numberOrNull(column);
    return value == null
        ? null
        : (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value));
  }

  /** Epoch seconds. Old boards hold numeric and ISO-8601 texts too (contract 0.1); anything else reads as null. */
  public @Nullable Long seconds(String column) {
    Object value = value(column);
    if (value instanceof Number number) {
      return number.longValue();
    }
    if (!(value instanceof String text)) {
      return null;
    }
    Long number = parseNumber(text);
    return number != null ? number : parseIso(text.strip());
  }

  /** The value as SQLite holds it: Long, Double, String, byte[] or null. */
  public @Nullable Object value(String column) {
    try {
      int position = position(column);
      return switch (db.column_type(statement, position)) {
        case Codes.SQLITE_INTEGER -> db.column_long(statement, position);
        case Codes.SQLITE_FLOAT -> db.column_double(statement, position);
        case Codes.SQLITE_TEXT -> db.column_text(statement, position);
        case Codes.SQLITE_BLOB -> db.column_blob(statement, position);
        default -> null;
      };
    } catch (SQLException e) {
      throw SqlErrors.wrap("read column '" + column + "'", e);
    }
  }

  public List<String> columns() {
    return List.copyOf(positions.keySet());
  }

  private int position(String column) {
    Integer position = positions.get(column);
    if (position == null) {
      throw new IllegalArgumentException(
          "The query has no column '%s'; it has %s.".formatted(column, positions.keySet()));
    }
    return position;
  }

  private static @Nullable Long parseNumber(String text) {
    String number = text.strip();
    if (!NUMBER.matcher(number).matches()) {
      return null; // Java's own parser would take NaN, 5d and hexadecimal too
    }
    return (long) Double.parseDouble(number);
  }

  private static @Nullable Long parseIso(String text) {
    String iso = text.replace(' ', 'T');
    try {
      return OffsetDateTime.parse(iso).toEpochSecond();
    } catch (DateTimeException e) {
      // no offset: hermes wrote UTC
    }
    try {
      return LocalDateTime.parse(iso).toEpochSecond(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      return null;
    }
  }
}
