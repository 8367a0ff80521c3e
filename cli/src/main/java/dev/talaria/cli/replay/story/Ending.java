package dev.talaria.cli.replay.story;

import dev.talaria.protocol.policy.FailureClass;
import dev.talaria.protocol.policy.RetryPolicy;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended.
 *
 * @param event the event that closed it
 * @param at epoch seconds
 * @param kind the event's kind: {@code completed}, {@code crashed}, {@code timed_out} ...
 * @param failure whose fault it was; absent where it is no failure, or hermes closed it
 * @param seconds how long it ran, as its launcher measured it, else from claim to end
 * @param exitCode of its worker
 * @param signal that ended its worker
 * @param error in one line
 * @param fingerprint what of the failure is the same when it happens again
 * @param output the end of what the worker wrote, bounded; or the summary of a completion
 * @param policy that was in force for the task; absent where nothing was to be decided by it
 */
public record Ending(
    long event,
    long at,
    String kind,
    @Nullable FailureClass failure,
    @Nullable Long seconds,
    @Nullable Integer exitCode,
    @Nullable Integer signal,
    @Nullable String error,
    @Nullable String fingerprint,
    @Nullable String output,
    @Nullable RetryPolicy policy) {

  /** Whether the task had come to what it was for. */
  public boolean succeeded() {
    return kind.equals("completed") || kind.equals("submitted");
  }
}
