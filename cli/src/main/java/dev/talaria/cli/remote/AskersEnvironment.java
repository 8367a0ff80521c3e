package dev.talaria.cli.remote;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The variables of whoever asks that verbs look at wherever they are carried out; no others travel. */
final class AskersEnvironment {
  private static final Set<String> NAMES = Set.of(
      "HERMES_KANBAN_TASK",
      "HERMES_KANBAN_RUN_ID",
      "HERMES_KANBAN_CLAIM_LOCK",
      "HERMES_KANBAN_CLAIM_TTL_SECONDS");

  private AskersEnvironment() {}

  static Map<String, String> of(Map<String, String> environment) {
    return environment.entrySet().stream()
        .filter(variable -> NAMES.contains(variable.getKey()))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
