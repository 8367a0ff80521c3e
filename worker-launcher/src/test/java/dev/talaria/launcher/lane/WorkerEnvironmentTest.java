package dev.talaria.launcher.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.protocol.id.RunKey;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerEnvironmentTest {
  @TempDir
  Path root;

  @Test
  void shouldInheritWhatIsAWorkersBusiness() {
    Map<String, String> inherited = new HashMap<>(Map.of(
        "PATH", "/bin",
        "ANTHROPIC_API_KEY", "needed",
        "KAFKA_PASSWORD", "x",
        "TALARIA_HOME", "x",
        "DB_PASSWORD", "x",
        "VAULT_A", "x",
        "HERMES_TENANT", "stale",
        "HERMES_KANBAN_BRANCH", "stale",
        "HERMES_SESSION_ID", "stale",
        "HERMES_KANBAN_BUSY_TIMEOUT_MS", "5"));

    Map<String, String> environment = new WorkerEnvironment(
            inherited, Set.of("DB_PASSWORD", "VAULT_*"))
        .of(task("coder", null, null), URI.create("http://127.0.0.1:1"), "secret");

    assertThat(environment)
        .containsEntry("PATH", "/bin")
        .containsEntry("ANTHROPIC_API_KEY", "needed")
        .containsEntry("HERMES_KANBAN_BUSY_TIMEOUT_MS", "5")
        .containsEntry("TALARIA_WORKER_URL", "http://127.0.0.1:1")
        .containsEntry("TALARIA_WORKER_TOKEN", "secret")
        .containsEntry("TALARIA_RUN_KEY", "alpha/default#t_1#12")
        .containsEntry("TALARIA_TASK", "t_1")
        .containsEntry("TALARIA_RUN_ID", "12")
        .containsEntry("HERMES_KANBAN_TASK", "t_1")
        .containsEntry("HERMES_KANBAN_RUN_ID", "12")
        .containsEntry("HERMES_KANBAN_CLAIM_LOCK", "host:1")
        .containsEntry("HERMES_KANBAN_BOARD", "default")
        .containsEntry("HERMES_PROFILE", "coder")
        .doesNotContainKeys(
            "KAFKA_PASSWORD",
            "TALARIA_HOME",
            "DB_PASSWORD",
            "VAULT_A",
            "HERMES_TENANT",
            "HERMES_KANBAN_BRANCH",
            "HERMES_SESSION_ID",
            "HERMES_KANBAN_DB",
            "TALARIA_MODEL",
            "HERMES_HOME",
            "TERMINAL_TIMEOUT");
  }

  @Test
  void shouldPointHermesAtTheProfilesHomeWhereThereIsOne() throws Exception {
    Files.createDirectories(root.resolve("profiles/coder"));
    WorkerEnvironment environment =
        new WorkerEnvironment(Map.of("HERMES_HOME", "/inherited"), Set.of());

    assertThat(environment.of(task("coder", "big", null), null, null))
        .containsEntry("HERMES_HOME", root.resolve("profiles/coder").toString())
        .containsEntry("TALARIA_MODEL", "big");
    assertThat(environment.of(task("default", null, null), null, null))
        .containsEntry("HERMES_HOME", root.toString());
    assertThat(environment.of(task("missing", null, null), null, null))
        .containsEntry("HERMES_HOME", "/inherited");
  }

  @Test
  void shouldLetCommandsEndBeforeTheTimeLimit() {
    WorkerEnvironment environment = new WorkerEnvironment(
        Map.of("TERMINAL_TIMEOUT", "500", "TERMINAL_MAX_FOREGROUND_TIMEOUT", "60"), Set.of());

    assertThat(environment.of(task("a", null, Duration.ofSeconds(300)), null, null))
        .containsEntry("TERMINAL_TIMEOUT", "500")
        .containsEntry("TERMINAL_MAX_FOREGROUND_TIMEOUT", "270");
    assertThat(environment.of(task("a", null, Duration.ofSeconds(10)), null, null))
        .containsEntry("TERMINAL_MAX_FOREGROUND_TIMEOUT", "60");
    assertThat(new WorkerEnvironment(Map.of(), Set.of())
            .of(task("a", null, Duration.ofSeconds(10)), null, null))
        .containsEntry("TERMINAL_TIMEOUT", "1");
  }

  private WorkerTask task(String profile, @Nullable String model, @Nullable Duration limit) {
    return new WorkerTask(
        RunKey.parse("alpha/default#t_1#12"),
        profile,
        model,
        root.resolve("w"),
        "host:1",
        null,
        root.resolve("ws"),
        root,
        null,
        null,
        null,
        limit);
  }
}
