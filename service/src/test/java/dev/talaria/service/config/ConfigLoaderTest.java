package dev.talaria.service.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.protocol.policy.Budget;
import dev.talaria.protocol.policy.LimitSource;
import dev.talaria.protocol.policy.Prices;
import dev.talaria.protocol.policy.RetryPolicy.SilentExit;
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

class ConfigLoaderTest {
  @TempDir
  Path home;

  private final Map<String, String> environment = new HashMap<>();
  private final Map<String, String> flags = new HashMap<>();

  @Test
  void shouldHaveTheDocumentedDefaultsWithoutAnyFile() {
    var config = load();

    assertThat(config.kafka())
        .isEqualTo(new KafkaConfig(null, "talaria.", 1, (short) 1, 0, Map.of()));
    assertThat(config.dispatch())
        .isEqualTo(new DispatchConfig(
            List.of(),
            DispatchConfig.NewBoards.ASK,
            Duration.ofMinutes(15),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Map.of(),
            32,
            24,
            1));
    assertThat(config.policy().onSilentExit()).isEqualTo(SilentExit.BLOCK);
    assertThat(config.policy().retryPolicy().limit()).isEqualTo(2);
    assertThat(config.policy().retryPolicy().source()).isEqualTo(LimitSource.DEFAULT);
    assertThat(config.launcher().name()).isEqualTo("main");
    assertThat(config.launcher().killGrace()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.http()).isEqualTo(new HttpConfig("127.0.0.1", 9464, null));
    assertThat(config.kanban().staleTimeout()).isEqualTo(Duration.ofHours(4));
  }

  @Test
  void shouldReadBudgets() {
    talaria("""
        policy:
          budget:
            task: {attempts: 10, seconds: 7200, cost: 2.5}
            lane: {seconds: 36000}
            lanes:
              painter: {attempts: 5, window: 6h}
            cost_per_minute: {"": 0.05, claude-3.5: 0.4}
        """);

    var policy = load().policy().retryPolicy();

    assertThat(policy.forLane("coder").budget())
        .isEqualTo(new Budget(
            new Budget.Bounds(10L, 7_200L, 2.5),
            new Budget.LaneBounds(null, 36_000L, null, 86_400),
            null,
            new Prices(Map.of("", 0.05, "claude-3.5", 0.4))));
    assertThat(policy.forLane("painter").budget().lane())
        .isEqualTo(new Budget.LaneBounds(5L, null, null, 21_600));
    flags.put("policy.budget.task.attempts", "3");
    flags.put("policy.budget.cost_per_minute.opus", "6");
    assertThat(load().policy().retryPolicy().budget())
        .extracting(
            it -> it.task().attempts(), it -> it.costPerMinute().perMinute().get("opus"))
        .containsExactly(3L, 6.0);
  }

  @Test
  void shouldHaveNoBudgetUnlessOneIsSet() {
    assertThat(load().policy().retryPolicy().budget()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "task: {attempts: 0}       | policy.budget.task.attempts is 0 | expected 1 or more",
        "task: {seconds: some}     | policy.budget.task.seconds is 'some' | expected a whole number",
        "task: {cost: -1}          | policy.budget.task.cost is -1.0 | expected more than 0",
        "task: {cost: 5}           | policy.budget.task.cost is 5.0 | cost_per_minute",
        "lane: {cost: 5}           | policy.budget.lane.cost is 5.0 | cost_per_minute",
        "lanes: {a: {cost: 5}}     | policy.budget.lanes.a.cost is 5.0 | cost_per_minute",
        "lane: {seconds: 5, window: 5m} | policy.budget.lane.window is 5m | expected 1h to 24h",
        "lane: {attempts: 5, window: 2d} | policy.budget.lane.window is 2d | expected 1h to 24h",
        "lanes: {Über: {attempts: 5}} | 'Über' cannot be a lane | lower-case",
        "cost_per_minute: {opus: cheap} | policy.budget.cost_per_minute.opus is 'cheap' | expected a number",
        "cost_per_minute: {opus: -1} | policy.budget.cost_per_minute.opus is -1.0 | expected a number from 0",
        "task: {atempts: 5}        | Unknown key 'policy.budget.task.atempts' | did you mean 'policy.budget.task.attempts'",
        "tasks: {attempts: 5}      | Unknown key 'policy.budget.tasks' | did you mean 'policy.budget.task'"
      })
  void shouldSayWhatIsWrongWithABudget(String budget, String what, String expected) {
    talaria("policy:\n  budget:\n    " + budget + "\n");

    assertThatThrownBy(this::load)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(what)
        .hasMessageContaining(expected);
  }

  @Test
  void shouldReadEverySection() {
    talaria("""
        fleet:
          host: alpha
        kafka:
          bootstrap: one:9092,two:9092
          partitions: 12
          replication: 3
          security.protocol: SASL_SSL
          sasl:
            mechanism: PLAIN
        dispatch:
          claim_ttl: 20m
          lost_after: PT45S
        policy:
          failure_limit: 4
          retry_model_escalation:
            "": sonnet
            claude-3.5: opus
          retry_backoff: {initial: 10s, factor: 3, max: 5m}
          on_silent_exit: give_up
          rate_limit: {cooldown: 2m, max_waits: 5, max_duration: 1h}
          systemic: {tasks: 4, window: 10m, close_after: 1h, pause_lane: true, probe_after: 90s}
        launcher:
          slots: 3
          lanes:
            coder:
              command: [agent, --task, "{task}", [--model, "{model}"]]
              check: [agent, --version]
              exit: exit-code
              slots: 2
              model: sonnet
              env:
                AGENT_MODE: quiet
            writer:
              preset: hermes
        http:
          port: 0
        """);

    var config = load();

    assertThat(config.fleet().host()).isEqualTo("alpha");
    assertThat(config.kafka().partitions()).isEqualTo(12);
    assertThat(config.kafka().properties())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("security.protocol", "SASL_SSL", "sasl.mechanism", "PLAIN"));
    assertThat(config.dispatch().claimTtl()).isEqualTo(Duration.ofMinutes(20));
    assertThat(config.dispatch().lostAfter()).isEqualTo(Duration.ofSeconds(45));
    var policy = config.policy().retryPolicy();
    assertThat(policy.limit()).isEqualTo(4);
    assertThat(policy.source()).isEqualTo(LimitSource.BOARD);
    assertThat(policy.silentExit()).isEqualTo(SilentExit.GIVE_UP);
    assertThat(policy.ladder().steps())
        .containsEntry("", "sonnet")
        .containsEntry("claude-3.5", "opus");
    assertThat(policy.backoff().maxSeconds()).isEqualTo(300);
    assertThat(policy.rateLimit().cooldownSeconds()).isEqualTo(120);
    assertThat(policy.systemic().windowSeconds()).isEqualTo(600);
    assertThat(policy.systemic().quietSeconds()).isEqualTo(3_600);
    assertThat(policy.systemic().pausesLane()).isTrue();
    assertThat(policy.systemic().firstProbeSeconds()).isEqualTo(90);
    var coder = config.launcher().lanes().get("coder");
    assertThat(coder.command())
        .containsExactly("agent", "--task", "{task}", List.of("--model", "{model}"));
    assertThat(coder.check()).containsExactly("agent", "--version");
    assertThat(coder.exit()).isEqualTo(LaneConfig.ExitMeaning.EXIT_CODE);
    assertThat(coder.env()).containsEntry("AGENT_MODE", "quiet");
    assertThat(config.launcher().lanes().get("writer").preset()).isEqualTo("hermes");
  }

  @Test
  void shouldPreferFlagsToEnvironmentToFileToHermes() {
    hermes("kanban:\n  failure_limit: 3\n");
    assertThat(load().policy().failureLimit()).isEqualTo(3);

    talaria("policy:\n  failure_limit: 4\n");
    assertThat(load().policy().failureLimit()).isEqualTo(4);

    environment.put("TALARIA_POLICY_FAILURE_LIMIT", "5");
    assertThat(load().policy().failureLimit()).isEqualTo(5);

    flags.put("policy.failure_limit", "6");
    assertThat(load().policy().failureLimit()).isEqualTo(6);
  }

  @Test
  void shouldTakeKafkasOwnKeysFromAnySource() {
    talaria("kafka:\n  bootstrap: a:1\n  producer.linger.ms: 7\n");
    environment.put("TALARIA_KAFKA_SASL_MECHANISM", "PLAIN");
    flags.put("kafka.security.protocol", "SSL");

    assertThat(load().kafka().properties())
        .containsExactlyInAnyOrderEntriesOf(Map.of(
            "producer.linger.ms", "7", "sasl.mechanism", "PLAIN", "security.protocol", "SSL"));
  }

  @Test
  void shouldLeaveOtherVariablesOfOursAlone() {
    environment.put("TALARIA_HOME", "/somewhere");
    environment.put("TALARIA_WORKER_URL", "http://127.0.0.1:1");

    assertThat(load().kafka().embedded()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
          dispatch: {claim_tll: 5m}        | Unknown key 'dispatch.claim_tll' | did you mean 'dispatch.claim_ttl'?
          dispach: {claim_ttl: 5m}         | Unknown key 'dispach'            | did you mean 'dispatch'?
          launcher: {failure_limit: 3}     | 'launcher.failure_limit'         | did you mean 'policy.failure_limit'?
          kafka: {bootstap: 'a:1'}         | 'kafka.bootstap'                 | did you mean 'kafka.bootstrap'?
          kafka: {security.protocoll: SSL} | 'kafka.security.protocoll'       | did you mean 'kafka.security.protocol'?
          launcher: {lanes: {a: {comand: [x], preset: y}}} | 'launcher.lanes.a.comand' | did you mean 'launcher.lanes.a.command'?
          policy: {systemic: {task: 3}}    | 'policy.systemic.task'           | did you mean 'policy.systemic.tasks'?
          """)
  void shouldNameTheNearestKeyForOneThatIsUnknown(String yaml, String found, String hint) {
    talaria(yaml);

    assertThatThrownBy(this::load)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(found)
        .hasMessageContaining(hint);
  }

  @Test
  void shouldRefuseUnknownFlagsAndVariables() {
    flags.put("dispatch.claim-ttl", "5m");
    assertThatThrownBy(this::load)
        .hasMessageContaining("in the flags; did you mean 'dispatch.claim_ttl'?");

    flags.clear();
    environment.put("TALARIA_DISPATCH_CLAIM_TTLL", "5m");
    assertThatThrownBy(this::load)
        .hasMessageContaining("did you mean 'TALARIA_DISPATCH_CLAIM_TTL'?");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
          dispatch: {claim_ttl: soon}          | dispatch.claim_ttl is 'soon' | expected a duration such as 30s, 5m, 2h or 1d
          dispatch: {decision_wait: 0s}        | dispatch.decision_wait is 0s | expected a duration
          dispatch: {offer_window: many}       | dispatch.offer_window is 'many' | expected a whole number
          dispatch: {offer_window: [1]}        | dispatch.offer_window in | is a list; expected one value
          dispatch: 5                          | is '5' | expected
          policy: {on_silent_exit: ignore}     | policy.on_silent_exit is 'ignore' | expected one of block, retry, give-up
          policy: {failure_limit: 0}           | policy.failure_limit is 0 | expected 1 or more
          policy: {retry_model_escalation: {a: ''}}     | policy.retry_model_escalation maps 'a' to nothing | expected the name of a model
          policy: {retry_model_escalation: {a: a}}      | maps 'a' to itself | leave the last model
          policy: {retry_model_escalation: {a: b, b: a}} | goes in a circle | a ladder must end
          launcher: {lanes: {Coder: {preset: x}}} | 'Coder' cannot be a lane | lower-case
          launcher: {lanes: {coder: {model: x}}}  | launcher.lanes.coder has no command | expected one of command and preset
          launcher: {lanes: {coder: {command: 'rm -rf'}}} | launcher.lanes.coder.command | expected a list
          http: {bind: 0.0.0.0}                | http.bind is '0.0.0.0' | set a token, or bind to 127.0.0.1
          http: {port: 70000}                  | http.port is 70000 | expected 0 to 65535
          kafka: {bootstrap: here}             | kafka.bootstrap is 'here' | expected host:port
          fleet: {host: 'a b'}                 | fleet.host is 'a b' | expected letters
          """)
  void shouldSayWhatWasFoundAndWhatWasExpected(String yaml, String found, String expected) {
    talaria(yaml);

    assertThatThrownBy(this::load)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(found)
        .hasMessageContaining(expected);
  }

  @Test
  void shouldSayWhereAWrongValueCameFrom() {
    environment.put("TALARIA_HTTP_PORT", "http");

    assertThatThrownBy(this::load)
        .hasMessage("http.port is 'http' (from TALARIA_HTTP_PORT); expected a whole number.");
  }

  @Test
  void shouldNameTheLineOfBrokenYaml() {
    talaria("fleet:\n  host: [alpha\n");

    assertThatThrownBy(this::load)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("talaria.yaml' is not YAML (line ");
  }

  @Test
  void shouldReadOnlyKnownKeysOfHermesAndFallBackAsItDoes() {
    hermes("""
        model: {provider: whatever, nested: [1, 2]}
        kanban:
          failure_limit: zero
          max_in_progress: 0
          max_in_progress_per_profile: 3
          dispatch_stale_timeout_seconds: 0
          worker_log_backup_count: 0
          unheard_of: true
          default_assignee: " coder "
        """);

    var kanban = load().kanban();

    assertThat(kanban.failureLimit()).isNull();
    assertThat(kanban.maxInProgress()).isNull();
    assertThat(kanban.maxInProgressPerProfile()).isEqualTo(3);
    assertThat(kanban.staleTimeout()).isZero();
    assertThat(kanban.workerLogRotateBytes()).isEqualTo(2_097_152);
    assertThat(kanban.workerLogBackupCount()).isZero();
    assertThat(kanban.defaultAssignee()).isEqualTo("coder");
  }

  @Test
  void shouldRefuseAWrongLadderOfHermesToo() {
    hermes("kanban:\n  retry_model_escalation: {a: b, b: a}\n");

    assertThatThrownBy(this::load)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("config.yaml")
        .hasMessageContaining("goes in a circle");
  }

  @Test
  void shouldPrintWhatIsInForceWithSecretsMasked() {
    talaria("""
        kafka:
          bootstrap: a:1
          sasl.jaas.config: org.x.PlainLoginModule required password="hunter2";
          ssl.keystore.password: hunter2
        http: {bind: 0.0.0.0, token: hunter2hunter2}
        policy:
          rate_limit: {cooldown: 90s}
          retry_model_escalation: {"": opus}
        launcher:
          lanes:
            coder:
              command: [agent, "{task}"]
              env: {ANTHROPIC_API_KEY: hunter2, MODE: quiet}
        """);

    var shown = EffectiveConfig.of(load());

    assertThat(shown.toString()).doesNotContain("hunter2");
    assertThat(load().toString()).doesNotContain("hunter2");
    assertThat(shown.values())
        .containsEntry("kafka.bootstrap", "a:1")
        .containsEntry("kafka.sasl.jaas.config", "********")
        .containsEntry("dispatch.claim_ttl", "15m")
        .containsEntry("policy.rate_limit.cooldown", "90s")
        .containsEntry("policy.retry_model_escalation.''", "opus")
        .containsEntry("policy.on_silent_exit", "block")
        .containsEntry("launcher.lanes.coder.command", "[agent, {task}]")
        .containsEntry("launcher.lanes.coder.env.ANTHROPIC_API_KEY", "********")
        .containsEntry("launcher.lanes.coder.env.MODE", "quiet")
        .doesNotContainKey("fleet.host");
  }

  @ParameterizedTest
  @CsvSource({"500ms,500ms", "30s,30s", "120s,2m", "2h,2h", "1d,1d", "PT1M30S,90s", "0s,0s"})
  void shouldReadAndWriteDurations(String text, String shown) {
    assertThat(Durations.parse(text).map(Durations::format)).hasValue(shown);
  }

  @Test
  void shouldNotTakeABareNumberForADuration() {
    assertThat(List.of("30", "-5s", "1.5h", "s", ""))
        .allSatisfy(text -> assertThat(Durations.parse(text)).isEmpty());
  }

  private TalariaConfig load() {
    return new ConfigLoader(home, environment, flags).load();
  }

  private void talaria(String yaml) {
    write("talaria.yaml", yaml);
  }

  private void hermes(String yaml) {
    write("config.yaml", yaml);
  }

  private void write(String name, String text) {
    try {
      Files.writeString(home.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
