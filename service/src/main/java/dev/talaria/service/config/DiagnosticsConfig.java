package dev.talaria.service.config;

import java.time.Duration;

/**
 * From when on hermes and we tell that something is wrong ({@code kanban.diagnostics}). Values that hermes would not
 * accept are its defaults here.
 *
 * @param failureThreshold failures in a row
 * @param failureLimit at which a task gives up
 * @param crashThreshold crashes in a row
 * @param blockedStale how long a block may go without a word
 * @param stranded how long a ready task may wait
 */
public record DiagnosticsConfig(
    int failureThreshold,
    int failureLimit,
    int crashThreshold,
    Duration blockedStale,
    Duration stranded) {
  /** hermes's. */
  public static final DiagnosticsConfig DEFAULT =
      new DiagnosticsConfig(2, 2, 2, Duration.ofHours(24), Duration.ofMinutes(30));
}
