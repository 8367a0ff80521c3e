package dev.talaria.protocol.message;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What somebody did about a dead letter, beside the letters on {@code dead-letter}. It names the bad record as its letters
 * do, so that it holds for all letters about that record, also for those that are written later.
 *
 * @param act what was done
 * @param letter the offset of the letter on {@code dead-letter} that was looked at
 * @param topic as in the letter
 * @param partition as in the letter
 * @param offset as in the letter
 * @param digest {@link DeadLetter#digest()} of the letter: a topic that was made again hands its offsets out anew
 * @param by who did it
 * @param host where it was typed
 * @param note why, in that person's words
 * @param at epoch milliseconds
 * @param sentAs the offset at which the record stands anew in its partition; on {@link Act#RESENT} only
 * @param times how often this record was put back, this time included; on {@link Act#RESENT} only
 */
public record DeadLetterAct(
    Act act,
    long letter,
    String topic,
    int partition,
    long offset,
    String digest,
    String by,
    String host,
    @Nullable String note,
    long at,
    @Nullable Long sentAs,
    @Nullable Integer times)
    implements Message {

  /** What may be done about a dead letter. */
  public enum Act {
    /** The record was put back where it came from. */
    @JsonProperty("resent")
    RESENT,
    /** Somebody has seen it; nobody need look at it again. */
    @JsonProperty("dropped")
    DROPPED;

    /** As it is written. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
