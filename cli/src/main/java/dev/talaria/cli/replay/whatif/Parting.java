package dev.talaria.cli.replay.whatif;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Where another policy and what really happened part for good.
 *
 * @param attempt at whose end
 * @param words what would have been, in a sentence
 * @param model with which it would have gone on: the empty string is the profile's default; absent where it would not
 * @param savedAttempts attempts that really followed and would not have been, until somebody acted on the task
 * @param savedSeconds their run time
 * @param missedCompletion the number of the one among them that completed the task; absent where none did
 * @param addedAtMost how many more attempts there would have been if each had failed as this one did; absent where the
 *     other policy sets no end to them, and where it adds none
 */
public record Parting(
    int attempt,
    Way way,
    String words,
    @Nullable String model,
    int savedAttempts,
    long savedSeconds,
    @Nullable Integer missedCompletion,
    @Nullable Integer addedAtMost) {

  /** What the other policy would have done. */
  public enum Way {
    /** Gone on where the task was stopped. */
    @JsonProperty("goes_on")
    GOES_ON,
    /** Stopped where the task went on. */
    @JsonProperty("stops_earlier")
    STOPS_EARLIER,
    /** Gone on with another model. */
    @JsonProperty("other_model")
    OTHER_MODEL,
    /** Stopped too, in another manner. */
    @JsonProperty("stops_otherwise")
    STOPS_OTHERWISE
  }
}
