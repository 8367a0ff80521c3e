package dev.talaria.service.config;

import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.policy.Backoff;
import dev.talaria.protocol.policy.Ladder;
import dev.talaria.protocol.policy.RetryPolicy.RateLimit;
import dev.talaria.protocol.policy.RetryPolicy.SilentExit;
import dev.talaria.protocol.policy.RetryPolicy.Systemic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Reads a host's configuration: hermes's {@code <home>/config.yaml} (its {@code kanban:} keys), then {@code
 * <home>/talaria.yaml}, then variables {@code TALARIA_<SECTION>_<KEY>}, then flags by dotted key; each wins over those
 * before it. A key that nobody knows is refused with the nearest one that somebody does.
 */
public final class ConfigLoader {
  private final Path home;
  private final Map<String, String> environment;
  private final Map<String, String> flags;

  /**
   * @param home hermes's home, {@code ~/.hermes} as a rule
   * @param environment of the process; the caller reads it
   * @param flags dotted key to value, from the command line
   */
  public ConfigLoader(Path home, Map<String, String> environment, Map<String, String> flags) {
    this.home = home;
    this.environment = Map.copyOf(environment);
    this.flags = Map.copyOf(flags);
  }

  /** @throws ConfigException with a sentence for the operator */
  public TalariaConfig load() {
    var kanban = new HermesFile(home.resolve("config.yaml")).read();
    var file = home.resolve("talaria.yaml");
    var source = new ConfigSource(file.toString(), YamlFile.read(file), environment, flags);
    var config = new TalariaConfig(
        new FleetConfig(source.text("fleet.host").orElse(null)),
        kafka(source),
        dispatch(source),
        policy(source, kanban),
        launcher(source),
        http(source),
        kanban);
    source.refuseUnknown();
    return config;
  }

  private static KafkaConfig kafka(ConfigSource source) {
    var bootstrap = source.text("kafka.bootstrap").filter(it -> !it.isBlank()).orElse(null);
    boolean embedded = bootstrap == null;
    var prefix = source.text("kafka.prefix", "talaria.");
    // One partition: an embedded broker serves one host. Six: some hosts each, and it cannot be
    // changed later.
    int partitions = source.number("kafka.partitions", embedded ? 1 : 6);
    int replication = source.number("kafka.replication", embedded ? 1 : -1);
    Check.between("kafka.replication", replication, -1, Short.MAX_VALUE);
    int embeddedPort = source.number("kafka.embedded_port", 0);
    var rest = source.rest("kafka");
    refuseMisspelt(rest.keySet());
    return new KafkaConfig(bootstrap, prefix, partitions, (short) replication, embeddedPort, rest);
  }

  /** Kafka's plug-ins bring names of their own, so only what is nearly one of ours or Kafka's is refused. */
  private static void refuseMisspelt(Set<String> names) {
    var known = new HashSet<>(ProducerConfig.configNames());
    known.addAll(ConsumerConfig.configNames());
    known.addAll(AdminClientConfig.configNames());
    var ours = Set.of("bootstrap", "prefix", "partitions", "replication", "embedded_port");
    for (var name : names) {
      var bare = name.replaceFirst("^(producer|consumer|admin)\\.", "");
      if (known.contains(bare)) {
        continue;
      }
      var nearest = Nearest.to(bare, ours, 2).or(() -> Nearest.to(bare, known, 2));
      if (nearest.isPresent()) {
        throw new ConfigException(
            "Unknown key 'kafka.%s'; did you mean 'kafka.%s'?".formatted(name, nearest.get()));
      }
    }
  }

  private static DispatchConfig dispatch(ConfigSource source) {
    return new DispatchConfig(
        source.duration("dispatch.claim_ttl", Duration.ofMinutes(15)),
        source.duration("dispatch.decision_wait", Duration.ofSeconds(5)),
        source.duration("dispatch.lost_after", Duration.ofSeconds(30)),
        source.number("dispatch.offer_window", 32),
        source.number("dispatch.run_ceiling_per_day", 24),
        source.number("dispatch.auto_recover_limit", 1));
  }

  private static PolicyConfig policy(ConfigSource source, KanbanConfig kanban) {
    var ladderKey = "policy.retry_model_escalation";
    var steps = source.map(ladderKey);
    return new PolicyConfig(
        source.number("policy.failure_limit").orElse(kanban.failureLimit()),
        source.has(ladderKey) ? checked(() -> new Ladder(steps)) : kanban.retryModelEscalation(),
        source.flag("policy.escalate_before_giving_up", false),
        backoff(source),
        source.choice("policy.on_silent_exit", SilentExit.BLOCK),
        rateLimit(source),
        source.duration("policy.infra_backoff", Duration.ofSeconds(10)),
        systemic(source));
  }

  private static Backoff backoff(ConfigSource source) {
    var initial = source.duration("policy.retry_backoff.initial", Duration.ZERO);
    double factor = source.decimal("policy.retry_backoff.factor", 2);
    // Without a bound of its own a back-off may grow to an hour.
    var unbounded = initial.compareTo(Duration.ofHours(1)) > 0 ? initial : Duration.ofHours(1);
    var most =
        source.duration("policy.retry_backoff.max", initial.isZero() ? Duration.ZERO : unbounded);
    return checked(() -> new Backoff(initial.toSeconds(), factor, most.toSeconds()));
  }

  private static RateLimit rateLimit(ConfigSource source) {
    var cooldown = source.duration("policy.rate_limit.cooldown", Duration.ofSeconds(60));
    int waits = source.number("policy.rate_limit.max_waits", 10);
    var most = source.duration("policy.rate_limit.max_duration", Duration.ofHours(6));
    return checked(() -> new RateLimit(cooldown.toSeconds(), waits, most.toSeconds()));
  }

  private static Systemic systemic(ConfigSource source) {
    int tasks = source.number("policy.systemic.tasks", 3);
    var window = source.duration("policy.systemic.window", Duration.ofMinutes(5));
    return checked(() -> new Systemic(tasks, window.toSeconds()));
  }

  /** The protocol's records know their own bounds; the section is ours to name. */
  private static <T> T checked(Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      throw new ConfigException("policy.%s".formatted(e.getMessage()), e);
    }
  }

  private static LauncherConfig launcher(ConfigSource source) {
    var lanes = new LinkedHashMap<String, LaneConfig>();
    for (var name : source.names("launcher.lanes")) {
      lanes.put(name, lane(source, name));
    }
    return new LauncherConfig(
        source.text("launcher.name", "main"),
        source.number("launcher.slots", Runtime.getRuntime().availableProcessors()),
        source.duration("launcher.run_retention", Duration.ofDays(7)),
        source.duration("launcher.kill_grace", Duration.ofSeconds(5)),
        lanes);
  }

  private static LaneConfig lane(ConfigSource source, String name) {
    var key = "launcher.lanes." + name;
    if (!Lane.isLane(name)) {
      throw new ConfigException(
          "%s: '%s' cannot be a lane; expected the form of a profile: lower-case letters, digits, '_' and '-', at most 64."
              .formatted(key, name));
    }
    return new LaneConfig(
        Lane.of(name),
        source.list(key + ".command"),
        source.text(key + ".preset").orElse(null),
        source.choice(key + ".exit", LaneConfig.ExitMeaning.PROTOCOL),
        source.number(key + ".slots").orElse(null),
        source.text(key + ".model").orElse(null),
        source.map(key + ".env"));
  }

  private static HttpConfig http(ConfigSource source) {
    return new HttpConfig(
        source.text("http.bind", "127.0.0.1"),
        source.number("http.port", HttpConfig.DEFAULT_PORT),
        source.text("http.token").orElse(null));
  }
}
