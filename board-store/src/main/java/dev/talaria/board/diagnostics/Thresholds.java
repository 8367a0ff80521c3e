package dev.talaria.board.diagnostics;

import org.jspecify.annotations.Nullable;

/**
 * From when on something counts.
 *
 * @param failures failures in a row
 * @param failureLimit at which a task gives up; told, not compared
 * @param crashes crashes in a row
 * @param blockedSeconds how long a block may go without a word
 * @param strandedSeconds how long a ready task may wait
 * @param triage what is known about the help for triage; null when nothing is
 */
public record Thresholds(
    long failures,
    long failureLimit,
    long crashes,
    long blockedSeconds,
    long strandedSeconds,
    @Nullable TriageHelp triage) {
  /** hermes's. */
  public static final Thresholds DEFAULT = new Thresholds(2, 2, 2, 24 * 3600, 1800, null);

  /**
   * Who could take rough ideas out of triage.
   *
   * @param autoDecompose whether hermes divides ideas by itself
   * @param slotIsExplicit whether hermes's auxiliary model for that is configured
   * @param mainModel whether hermes has a main model to fall back on
   * @param command whether Talaria has a triage command
   */
  public record TriageHelp(
      boolean autoDecompose, boolean slotIsExplicit, boolean mainModel, boolean command) {
    /** The slot that is looked at. */
    String slot() {
      return autoDecompose ? "auxiliary.kanban_decomposer" : "auxiliary.triage_specifier";
    }

    boolean isMissing() {
      return !slotIsExplicit && !mainModel && !command;
    }
  }
}
