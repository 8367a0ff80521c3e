package dev.talaria.service.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which layer wins, where a value came from, and that all problems are told at once. */
class ConfigOriginsTest {
  @TempDir
  Path home;

  private final Map<String, String> environment = new HashMap<>();
  private final Map<String, String> flags = new HashMap<>();

  @Test
  void shouldNameTheLayerThatWonForEachValue() {
    write("config.yaml", """
        model: x
        kanban:
          failure_limit: 3
          max_in_progress: 7
        """);
    write("talaria.yaml", """
        dispatch:
          claim_ttl: 20m
          lost_after: 40s
          decision_wait: 3s

        kafka:
          sasl.mechanism: PLAIN
        launcher:
          lanes: {coder: {command: [agent], env: {MODE: quiet}}}
        """);
    environment.put("TALARIA_DISPATCH_LOST_AFTER", "50s");
    environment.put("TALARIA_DISPATCH_DECISION_WAIT", "4s");
    environment.put("TALARIA_KAFKA_SECURITY_PROTOCOL", "SSL");
    flags.put("dispatch.decision_wait", "2s");

    var loaded = loader().loadWithOrigins();

    assertThat(loaded.config().dispatch().claimTtl()).isEqualTo(Duration.ofMinutes(20));
    assertThat(loaded.config().dispatch().lostAfter()).isEqualTo(Duration.ofSeconds(50));
    assertThat(loaded.config().dispatch().decisionWait()).isEqualTo(Duration.ofSeconds(2));
    assertThat(loaded.origins())
        .doesNotContainKey("dispatch.offer_window")
        .hasEntrySatisfying(
            "dispatch.claim_ttl", it -> assertThat(it.where()).isEqualTo(at("talaria.yaml:2")))
        .hasEntrySatisfying(
            "dispatch.lost_after",
            it -> assertThat(it.where()).isEqualTo("TALARIA_DISPATCH_LOST_AFTER"))
        .hasEntrySatisfying(
            "dispatch.decision_wait", it -> assertThat(it.where()).isEqualTo("flag"))
        .hasEntrySatisfying(
            "policy.failure_limit", it -> assertThat(it.where()).isEqualTo(at("config.yaml:3")))
        .hasEntrySatisfying(
            "kanban.max_in_progress", it -> assertThat(it.where()).isEqualTo(at("config.yaml:4")))
        .hasEntrySatisfying(
            "kafka.sasl.mechanism", it -> assertThat(it.where()).isEqualTo(at("talaria.yaml:7")))
        .hasEntrySatisfying(
            "kafka.security.protocol",
            it -> assertThat(it.where()).isEqualTo("TALARIA_KAFKA_SECURITY_PROTOCOL"))
        .hasEntrySatisfying(
            "launcher.lanes.coder.env.MODE",
            it -> assertThat(it.where()).isEqualTo(at("talaria.yaml:9")));
  }

  @Test
  void shouldTellEveryProblemWithWhereItStands() {
    write("talaria.yaml", """
        dispatch:
          claim_ttl: soon
          lost_after: 0s
          offer_window: 0
        http: {port: 70000, bind: 0.0.0.0}
        launcher:
          slot: 3
          lanes:
            Coder: {preset: hermes}
            writer: {model: x}
        """);
    environment.put("TALARIA_STREAMS_STANDBYS", "-1");
    flags.put("policy.failure_limit", "0");

    var refused = catchThrowableOfType(ConfigException.class, () -> loader().load());

    assertThat(refused.problems())
        .hasSize(10)
        .contains(
            "dispatch.claim_ttl is 'soon' (from %s); expected a duration such as 30s, 5m, 2h or 1d."
                .formatted(at("talaria.yaml:2")),
            "dispatch.offer_window is 0 (from %s); expected 1 to 100000."
                .formatted(at("talaria.yaml:4")),
            "http.port is 70000 (from %s); expected 0 to 65535.".formatted(at("talaria.yaml:5")),
            "streams.standbys is -1 (from TALARIA_STREAMS_STANDBYS); expected 0 to 10.",
            "policy.failure_limit is 0 (from flag); expected 1 or more.",
            "Unknown key 'launcher.slot' in %s; did you mean 'launcher.slots'?"
                .formatted(at("talaria.yaml:7")))
        .anyMatch(it -> it.startsWith("dispatch.lost_after is 0s"))
        .anyMatch(it -> it.startsWith("http.bind is '0.0.0.0'"))
        .anyMatch(it -> it.startsWith("launcher.lanes.Coder: 'Coder' cannot be a lane"))
        .anyMatch(it -> it.startsWith("launcher.lanes.writer has no command"));
    assertThat(refused).hasMessage(String.join("\n", refused.problems()));
  }

  @Test
  void shouldTakeDottedKeysAtTheTopAsTheCommandPrintsThem() {
    write("talaria.yaml", """
        dispatch.claim_ttl: 20m
        dispatch:
          lost_after: 40s
        policy.retry_model_escalation: {claude-3.5: opus}
        """);

    var loaded = loader().loadWithOrigins();

    assertThat(loaded.config().dispatch().claimTtl()).isEqualTo(Duration.ofMinutes(20));
    assertThat(loaded.config().dispatch().lostAfter()).isEqualTo(Duration.ofSeconds(40));
    assertThat(loaded.config().policy().retryModelEscalation().steps())
        .containsEntry("claude-3.5", "opus");
    assertThat(loaded.origins().get("dispatch.claim_ttl")).hasToString(at("talaria.yaml:1"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
          dispatch.claim_ttl: 1m\\ndispatch: {claim_ttl: 2m} | dispatch.claim_ttl stands in | twice
          http.port: 1\\nhttp.port.x: 2                     | http.port.x in | 'http.port' is a value there
          launcher: {lanes.coder: {preset: hermes}}        | 'lanes.coder' in | stands below 'launcher'
          """)
  void shouldNotPassOverDottedKeysThatHaveNoPlace(String yaml, String found, String hint) {
    write("talaria.yaml", yaml.replace("\\n", "\n"));

    assertThatThrownBy(() -> loader().load())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(found)
        .hasMessageContaining(hint);
  }

  @Test
  void shouldSetLanesAndLadderByFlagsToo() {
    write("talaria.yaml", "launcher: {lanes: {coder: {command: [agent], slots: 1}}}\n");
    flags.put("launcher.lanes.coder.slots", "2");
    flags.put("launcher.lanes.writer.preset", "hermes");
    flags.put("policy.retry_model_escalation.sonnet", "opus");
    flags.put("dispatch.boards", "web, default");

    var config = loader().load();

    assertThat(config.launcher().lanes().get("coder").slots()).isEqualTo(2);
    assertThat(config.launcher().lanes().get("writer").preset()).isEqualTo("hermes");
    assertThat(config.policy().retryModelEscalation().steps()).containsEntry("sonnet", "opus");
    assertThat(config.dispatch().boards()).containsExactly("web", "default");
  }

  @Test
  void shouldTakeSecretsFromFiles() {
    write("jaas", "PlainLoginModule required password=\"hunter2\";\n");
    write("token", "hunter2hunter2\n");
    write("pass", "swordfish");
    write("talaria.yaml", """
        kafka:
          bootstrap: a:1
          sasl.jaas.config_file: jaas
          ssl.key.password: replaced
        http.token_file: %s
        """.formatted(home.resolve("token")));
    environment.put("TALARIA_KAFKA_SSL_KEY_PASSWORD_FILE", home.resolve("pass").toString());
    environment.put("TALARIA_KAFKA_SASL_OAUTHBEARER_ASSERTION_FILE", "/assertion");

    var loaded = loader().loadWithOrigins();

    assertThat(loaded.config().http().token()).isEqualTo("hunter2hunter2");
    assertThat(loaded.config().kafka().properties())
        .containsExactlyInAnyOrderEntriesOf(Map.of(
            "sasl.jaas.config",
            "PlainLoginModule required password=\"hunter2\";",
            "ssl.key.password",
            "swordfish",
            "sasl.oauthbearer.assertion.file",
            "/assertion"));
    assertThat(loaded.origins().get("kafka.sasl.jaas.config"))
        .hasToString("%s (%s)".formatted(at("jaas"), at("talaria.yaml:3")));
    assertThat(loaded.origins().get("kafka.ssl.key.password"))
        .hasToString("%s (TALARIA_KAFKA_SSL_KEY_PASSWORD_FILE)".formatted(at("pass")));
    assertThat(EffectiveConfig.of(loaded.config()).toString())
        .doesNotContain("hunter2", "swordfish");
  }

  @Test
  void shouldSayWhatIsWrongWithASecretsFile() {
    write("empty", "\n");
    write("talaria.yaml", """
        kafka:
          bootstrap: a:1
          sasl.jaas.config_file: nowhere
          ssl.key.password_file: empty
          ssl.keystore.password: x
          ssl.keystore.password_file: empty
          client.rack_file: rack
        """);

    var refused = catchThrowableOfType(ConfigException.class, () -> loader().load());

    assertThat(refused.problems())
        .containsExactlyInAnyOrder(
            "kafka.sasl.jaas.config_file is 'nowhere' (from %s); expected a file that is there."
                .formatted(at("talaria.yaml:3")),
            "kafka.ssl.key.password_file is 'empty', and the file is empty (from %s); expected the secret in it."
                .formatted(at("talaria.yaml:4")),
            "kafka.ssl.keystore.password and kafka.ssl.keystore.password_file are both set (%s); expected one of them."
                .formatted(at("talaria.yaml:6")),
            "kafka.client.rack_file (%s) is no setting; only secrets are read from files."
                .formatted(at("talaria.yaml:7")));
  }

  @Test
  void shouldRefuseAVariableWhoseSectionIsNearlyOneOfOurs() {
    environment.put("TALARIA_DISPACH_CLAIM_TTL", "5m");
    environment.put("TALARIA_HOME", "/x");

    var refused = catchThrowableOfType(ConfigException.class, () -> loader().load());

    assertThat(refused.problems())
        .isEqualTo(
            List.of(
                "Unknown variable 'TALARIA_DISPACH_CLAIM_TTL'; did you mean 'TALARIA_DISPATCH_CLAIM_TTL'?"));
  }

  @Test
  void shouldGoOnPastAFileThatCannotBeRead() {
    write("config.yaml", "kanban: [\n");
    write("talaria.yaml", "http: {port: x}\n");

    var refused = catchThrowableOfType(ConfigException.class, () -> loader().load());

    assertThat(refused.problems()).hasSize(2);
    assertThat(refused).hasMessageContaining("is not YAML").hasMessageContaining("http.port");
  }

  @Test
  void shouldLeaveDottedKeysOfHermesAlone() {
    write("config.yaml", "a: 1\na.b: 2\nkanban: {failure_limit: 4}\n");

    assertThat(loader().load().policy().failureLimit()).isEqualTo(4);
  }

  private String at(String file) {
    return home.resolve(file).toString();
  }

  private ConfigLoader loader() {
    return new ConfigLoader(home, environment, flags);
  }

  private void write(String name, String text) {
    try {
      Files.writeString(home.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
