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
 */
public record RunEnd(
    long run,
    long at,
    String kind,
    FailureClass failure,
    @Nullable String error,
    @Nullable String override,
    @Nullable String reportedModel) {}
