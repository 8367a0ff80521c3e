package dev.talaria.launcher.lane;

import dev.talaria.launcher.process.WorkerTree;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Builds a worker's environment: the launcher's own, less what is no worker's business, plus the contract's names and ours.
 * Removed are {@code TALARIA_*} and {@code KAFKA_*}, what is named as a secret, and the names by which hermes tells a worker
 * who it is, which may be left over from a worker that started this launcher. API keys stay: agents need them.
 */
public final class WorkerEnvironment {
  private static final Set<String> OF_ANOTHER_WORKER = Set.of(
      "HERMES_KANBAN_TASK",
      "HERMES_KANBAN_WORKSPACE",
      "HERMES_KANBAN_RUN_ID",
      "HERMES_KANBAN_CLAIM_LOCK",
      "HERMES_KANBAN_BRANCH",
      "HERMES_KANBAN_DB",
      "HERMES_KANBAN_BOARD",
      "HERMES_KANBAN_WORKSPACES_ROOT",
      "HERMES_TENANT",
      "HERMES_PROFILE",
      "HERMES_PROFILE_NAME",
      "HERMES_SESSION_ID");
  private static final Set<String> TIMEOUTS =
      Set.of("TERMINAL_TIMEOUT", "TERMINAL_MAX_FOREGROUND_TIMEOUT");
  private static final long REST_SECONDS = 30; // left to an agent to report after its last command

  private final Map<String, String> inherited;
  private final Set<String> secrets;

  /**
   * @param inherited the launcher's environment
   * @param secrets names that workers must not see, exact or with a {@code *} at the end
   */
  public WorkerEnvironment(Map<String, String> inherited, Set<String> secrets) {
    this.inherited = Map.copyOf(inherited);
    this.secrets = Set.copyOf(new LinkedHashSet<>(secrets));
  }

  /** What every worker has, whatever its task. */
  public Map<String, String> inherited() {
    Map<String, String> environment = new TreeMap<>();
    inherited.forEach((name, value) -> {
      if (inheritable(name)) {
        environment.put(name, value);
      }
    });
    return environment;
  }

  /**
   * @param api where the worker API listens, or null without one
   * @param token the run's bearer token, or null without one
   */
  public Map<String, String> of(WorkerTask task, @Nullable URI api, @Nullable String token) {
    Map<String, String> environment = inherited();
    hermes(task, environment);
    timeouts(task, environment);
    ours(task, api, token, environment);
    return environment;
  }

  private boolean inheritable(String name) {
    return !name.startsWith("TALARIA_")
        && !name.startsWith("KAFKA_")
        && !OF_ANOTHER_WORKER.contains(name)
        && secrets.stream().noneMatch(secret -> named(secret, name));
  }

  private static boolean named(String secret, String name) {
    return secret.endsWith("*")
        ? name.startsWith(secret.substring(0, secret.length() - 1))
        : name.equals(secret);
  }

  private static void hermes(WorkerTask task, Map<String, String> environment) {
    Path home = task.profile().equals("default")
        ? task.hermesRoot()
        : task.hermesRoot().resolve("profiles").resolve(task.profile());
    if (Files.isDirectory(home)) {
      environment.put("HERMES_HOME", home.toString());
    }
    environment.put("HERMES_KANBAN_TASK", task.run().taskId());
    environment.put("HERMES_KANBAN_WORKSPACE", task.workspace().toString());
    environment.put("HERMES_KANBAN_RUN_ID", Long.toString(task.run().runId()));
    environment.put("HERMES_KANBAN_CLAIM_LOCK", task.claimLock());
    environment.put("HERMES_KANBAN_WORKSPACES_ROOT", task.workspacesRoot().toString());
    environment.put("HERMES_KANBAN_BOARD", task.run().board().slug());
    environment.put("HERMES_PROFILE", task.profile());
    putIfThere(environment, "HERMES_KANBAN_DB", task.database());
    putIfThere(environment, "HERMES_TENANT", task.tenant());
    putIfThere(environment, "HERMES_KANBAN_BRANCH", task.branch());
  }

  /** An agent's own commands should end before it is stopped itself, unless they were allowed more already. */
  private static void timeouts(WorkerTask task, Map<String, String> environment) {
    if (task.timeLimit() == null) {
      return;
    }
    long seconds = Math.max(1, task.timeLimit().toSeconds() - REST_SECONDS);
    for (String name : TIMEOUTS) {
      if (number(environment.get(name)) < seconds) {
        environment.put(name, Long.toString(seconds));
      }
    }
  }

  private static long number(@Nullable String text) {
    try {
      return text == null ? Long.MIN_VALUE : (long) Double.parseDouble(text.strip());
    } catch (NumberFormatException e) {
      return Long.MIN_VALUE;
    }
  }

  private static void ours(
      WorkerTask task, @Nullable URI api, @Nullable String token, Map<String, String> environment) {
    environment.put(WorkerTree.RUN_KEY_VARIABLE, task.run().toString());
    environment.put("TALARIA_TASK", task.run().taskId());
    environment.put("TALARIA_RUN_ID", Long.toString(task.run().runId()));
    putIfThere(environment, "TALARIA_WORKER_URL", api);
    putIfThere(environment, "TALARIA_WORKER_TOKEN", token);
    putIfThere(environment, "TALARIA_MODEL", task.model());
    putIfThere(environment, "TALARIA_CONTEXT_FILE", task.contextFile());
  }

  private static void putIfThere(
      Map<String, String> environment, String name, @Nullable Object value) {
    if (value != null && !value.toString().isEmpty()) {
      environment.put(name, value.toString());
    }
  }
}
