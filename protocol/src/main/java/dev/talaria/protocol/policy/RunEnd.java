package dev.talaria.protocol.policy;

import org.jspecify.annotations.Nullable;

/**
 * How a run ended, as its closing record tells it.
 *
 * @param run the run id
 * @param at epoch seconds
 * @param kind the event's kind, for the reason in words
 * @param failure whose fault it was
 * @param error in one line
 * @param override the task's {@code model_override} when it ended
 * @param reportedModel the model that the launcher says it ran with
 * @param lane in which it ran
 * @param seconds its run time; 0 if unknown
 */
public record RunEnd(
    long run,
    long at,
    String kind,
    FailureClass failure,
    @Nullable String error,
    @Nullable String override,
    @Nullable String reportedModel,
    @Nullable String lane,
    long seconds) {

  /** A run of which neither lane nor run time is known. */
  public RunEnd(
      long run,
      long at,
      String kind,
      FailureClass failure,
      @Nullable String error,
      @Nullable String override,
      @Nullable String reportedModel) {
    this(run, at, kind, failure, error, override, reportedModel, null, 0);
  }

  public RunEnd in(@Nullable String ofLane, long ranSeconds) {
    return new RunEnd(run, at, kind, failure, error, override, reportedModel, ofLane, ranSeconds);
  }

  /** The model that it ran with: the task's override, else the reported one; empty for the profile's default. */
  public String model() {
    if (override != null && !override.isEmpty()) {
      return override;
    }
    return reportedModel == null ? Ladder.PROFILE_DEFAULT : reportedModel;
  }
}
