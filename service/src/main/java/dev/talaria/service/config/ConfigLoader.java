package dev.talaria.service.config;

import dev.talaria.protocol.id.Lane;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.jspecify.annotations.Nullable;

/**
 * Reads a host's configuration. This is the one place that says what wins: the defaults, then hermes's {@code
 * <home>/config.yaml} (its {@code kanban:} keys), then {@code <home>/talaria.yaml}, then variables {@code
 * TALARIA_<SECTION>_<KEY>}, then flags by dotted key; each wins over those before it. A key that nobody knows is refused
 * with the nearest one that somebody does.
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

  /**
   * A configuration, and where its values came from.
   *
   * @param origins by dotted key; what is not in it has its default
   */
  public record Loaded(TalariaConfig config, Map<String, Origin> origins) {
    public Loaded {
      origins = Map.copyOf(origins);
    }
  }

  /** @throws ConfigException with a sentence for the operator about each thing that is wrong */
  public TalariaConfig load() {
    return loadWithOrigins().config();
  }

  /** @throws ConfigException as {@link #load} */
  public Loaded loadWithOrigins() {
    List<String> unreadable = new ArrayList<>();
    YamlFile hermes = read(home.resolve("config.yaml"), unreadable);
    YamlFile file = read(home.resolve("talaria.yaml"), unreadable);
    var source = new ConfigSource(home, file, environment, flags);
    unreadable.forEach(source::problem);
    KanbanConfig kanban = attempt(source, () -> new HermesFile(hermes).read());
    KanbanConfig forPolicy =
        kanban != null ? kanban : new HermesFile(YamlFile.empty(hermes.path())).read();
    FleetConfig fleet =
        attempt(source, () -> new FleetConfig(source.text("fleet.host").orElse(null)));
    KafkaConfig kafka = attempt(source, () -> kafka(source));
    DispatchConfig dispatch = attempt(source, () -> dispatch(source));
    PolicyConfig policy = attempt(
        source,
        () -> PolicyKeys.read(
            source,
            PolicyConfig.DEFAULT.withHermes(
                forPolicy.failureLimit(), forPolicy.retryModelEscalation())));
    LauncherConfig launcher = attempt(source, () -> launcher(source));
    StreamsConfig streams = attempt(source, () -> streams(source));
    HttpConfig http = attempt(source, () -> http(source));
    TriageConfig triage = attempt(source, () -> TriageConfig.of(source));
    source.noteUnknown();
    if (!source.problems().isEmpty()
        || kanban == null
        || fleet == null
        || kafka == null
        || dispatch == null
        || policy == null
        || launcher == null
        || streams == null
        || http == null
        || triage == null) {
      throw new ConfigException(source.problems());
    }
    var config =
        new TalariaConfig(fleet, kafka, dispatch, policy, launcher, streams, http, triage, kanban);
    return new Loaded(config, origins(source, hermes, config));
  }

  private static YamlFile read(Path path, List<String> unreadable) {
    try {
      YamlFile file = YamlFile.read(path);
      return path.endsWith("talaria.yaml") ? file.withDottedKeys() : file;
    } catch (ConfigException e) {
      unreadable.addAll(e.problems());
      return YamlFile.empty(path);
    }
  }

  /** A section, or null when there is something wrong in it, which is noted. */
  private static <T> @Nullable T attempt(ConfigSource source, Supplier<T> section) {
    try {
      return section.get();
    } catch (ConfigException e) {
      source.refused(e);
      return null;
    }
  }

  private static Map<String, Origin> origins(
      ConfigSource source, YamlFile hermes, TalariaConfig config) {
    var origins = new HashMap<>(source.origins());
    for (String key : hermes.lines().keySet()) {
      if (key.startsWith("kanban.")) {
        origins.put(key, new Origin(Origin.Kind.HERMES, hermes.where(key)));
      }
    }
    for (String name : List.of("failure_limit", "retry_model_escalation")) {
      Origin inHermes = origins.get("kanban." + name);
      boolean used = name.equals("failure_limit")
          ? config.kanban().failureLimit() != null
          : !source.has("policy." + name);
      if (inHermes != null && used) {
        origins.putIfAbsent("policy." + name, inHermes);
      }
    }
    return origins;
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
    var nativeNames = new HashSet<>(ProducerConfig.configNames());
    nativeNames.addAll(ConsumerConfig.configNames());
    nativeNames.addAll(AdminClientConfig.configNames());
    var rest = source.rest("kafka", nativeNames);
    noteMisspelt(source, rest.keySet(), nativeNames);
    return new KafkaConfig(bootstrap, prefix, partitions, (short) replication, embeddedPort, rest);
  }

  /** Kafka's plug-ins bring names of their own, so only what is nearly one of ours or Kafka's is refused. */
  private static void noteMisspelt(ConfigSource source, Set<String> names, Set<String> known) {
    var ours = Set.of("bootstrap", "prefix", "partitions", "replication", "embedded_port");
    for (var name : names) {
      var bare = name.replaceFirst("^(producer|consumer|admin)\\.", "");
      if (!known.contains(bare)) {
        Nearest.to(bare, ours, 2)
            .or(() -> Nearest.to(bare, known, 2))
            .ifPresent(nearest -> source.problem(
                "Unknown key 'kafka.%s'; did you mean 'kafka.%s'?".formatted(name, nearest)));
      }
    }
  }

  private static DispatchConfig dispatch(ConfigSource source) {
    return new DispatchConfig(
        source.names("dispatch.boards"),
        source.choice("dispatch.new_boards", DispatchConfig.NewBoards.ASK),
        source.duration("dispatch.claim_ttl", Duration.ofMinutes(15)),
        source.duration("dispatch.decision_wait", Duration.ofSeconds(5)),
        source.duration("dispatch.lost_after", Duration.ofSeconds(30)),
        waits(source),
        source.number("dispatch.offer_window", 32),
        source.number("dispatch.run_ceiling_per_day", 24),
        source.number("dispatch.auto_recover_limit", 1));
  }

  private static Map<String, Duration> waits(ConfigSource source) {
    var key = "dispatch.wait_for_return";
    var waits = new LinkedHashMap<String, Duration>();
    for (var lane : source.below(key)) {
      waits.put(lane, source.duration(key + "." + lane, Duration.ZERO));
    }
    return waits;
  }

  private static LauncherConfig launcher(ConfigSource source) {
    var lanes = new LinkedHashMap<String, LaneConfig>();
    for (var name : source.below("launcher.lanes")) {
      LaneConfig lane = attempt(source, () -> lane(source, name));
      if (lane != null) {
        lanes.put(name, lane);
      }
    }
    return new LauncherConfig(
        source.text("launcher.name", "main"),
        source.number("launcher.slots", Runtime.getRuntime().availableProcessors()),
        source.duration("launcher.run_retention", Duration.ofDays(7)),
        source.duration("launcher.kill_grace", Duration.ofSeconds(5)),
        source.duration("launcher.back_within", Duration.ofSeconds(60)),
        lanes,
        source.map("launcher.labels"),
        source.list("launcher.places"));
  }

  private static LaneConfig lane(ConfigSource source, String name) {
    var key = "launcher.lanes." + name;
    if (!Lane.isLane(name)) {
      source.passOver(key);
      throw new ConfigException(
          "%s: '%s' cannot be a lane; expected the form of a profile: lower-case letters, digits, '_' and '-', at most 64."
              .formatted(key, name));
    }
    return new LaneConfig(
        Lane.of(name),
        source.template(key + ".command"),
        source.text(key + ".preset").orElse(null),
        source.list(key + ".check"),
        source.choice(key + ".exit", LaneConfig.ExitMeaning.PROTOCOL),
        source.number(key + ".slots").orElse(null),
        source.text(key + ".model").orElse(null),
        source.flag(
            key + ".shadow",
            "hermes".equalsIgnoreCase(source.text(key + ".preset").orElse(""))),
        source.map(key + ".env"),
        source.map(key + ".env_files"),
        source.duration(key + ".stop_after").orElse(null),
        source.text(key + ".run_as").orElse(null));
  }

  private static StreamsConfig streams(ConfigSource source) {
    return new StreamsConfig(
        source.text("streams.name", "main"),
        source.text("streams.state_directory").orElse(null),
        source.number("streams.standbys", 0));
  }

  private static HttpConfig http(ConfigSource source) {
    return new HttpConfig(
        source.text("http.bind", "127.0.0.1"),
        source.number("http.port", HttpConfig.DEFAULT_PORT),
        source.number("http.launcher_port", HttpConfig.DEFAULT_LAUNCHER_PORT),
        source.number("http.streams_port", HttpConfig.DEFAULT_STREAMS_PORT),
        source.secret("http.token").orElse(null));
  }
}
