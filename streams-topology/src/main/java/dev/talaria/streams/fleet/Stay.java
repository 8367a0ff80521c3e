package dev.talaria.streams.fleet;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;

/** Ended stays in one status: how many, and how many seconds together. */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
@JsonPropertyOrder({"n", "seconds"})
public record Stay(long n, long seconds) {
  Stay plus(Stay other, int sign) {
    return new Stay(n + sign * other.n, seconds + sign * other.seconds);
  }

  static Stay sum(@Nullable Stay one, Stay other, int sign) {
    return one == null ? new Stay(0, 0).plus(other, sign) : one.plus(other, sign);
  }
}
