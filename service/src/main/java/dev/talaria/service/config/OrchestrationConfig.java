package dev.talaria.service.config;

/**
 * How hermes takes ideas apart ({@code kanban} and {@code auxiliary} in its own file).
 *
 * @param orchestratorProfile takes a divided idea up again; empty for the active profile
 * @param defaultAssignee takes what nobody was named for; empty for the active profile
 * @param autoDecompose whether ideas are divided without being asked for
 * @param autoDecomposePerTick most ideas at a time
 * @param autoPromoteChildren whether parts that wait for nothing become ready at once
 * @param isKnown whether hermes has a file to read at all
 * @param specifierIsExplicit whether {@code auxiliary.triage_specifier} names a model
 * @param decomposerIsExplicit whether {@code auxiliary.kanban_decomposer} names a model
 * @param hasMainModel whether hermes has a model to fall back on
 */
public record OrchestrationConfig(
    String orchestratorProfile,
    String defaultAssignee,
    boolean autoDecompose,
    int autoDecomposePerTick,
    boolean autoPromoteChildren,
    boolean isKnown,
    boolean specifierIsExplicit,
    boolean decomposerIsExplicit,
    boolean hasMainModel) {
  /** hermes's. */
  public static final OrchestrationConfig DEFAULT =
      new OrchestrationConfig("", "", true, 3, true, false, false, false, false);

  /** Whether the model that hermes would ask for an idea is named. */
  public boolean slotIsExplicit() {
    return autoDecompose ? decomposerIsExplicit : specifierIsExplicit;
  }
}
