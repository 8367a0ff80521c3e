package dev.talaria.cli.replay.whatif;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * One end of a run under both policies.
 *
 * @param attempt its number
 * @param run its id
 * @param at epoch seconds
 * @param kind how it ended
 * @param real what was decided; absent where nothing was
 * @param other what the other policy decides; absent where that cannot be known
 */
public record Turn(
    int attempt,
    long run,
    long at,
    String kind,
    @Nullable Choice real,
    @Nullable Choice other,
    Difference difference) {

  /** How far the two agree. */
  public enum Difference {
    /** Both do the same. */
    @JsonProperty("same")
    SAME,
    /** Both do the same, after another wait. */
    @JsonProperty("wait")
    WAIT,
    /** Here they part. */
    @JsonProperty("parted")
    PARTED,
    /** After they parted: nobody knows how this run would have ended, or whether it would have been. */
    @JsonProperty("unknown")
    UNKNOWN,
    /** Nothing was decided about it, so that there is nothing to compare with. */
    @JsonProperty("undecided")
    UNDECIDED,
    /** hermes decided, whose records carry no policy. */
    @JsonProperty("not_judged")
    NOT_JUDGED
  }
}
