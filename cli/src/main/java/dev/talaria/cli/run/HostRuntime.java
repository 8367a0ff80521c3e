package dev.talaria.cli.run;

import dev.talaria.board.BoardOptions;
import dev.talaria.board.home.BoardHome;
import dev.talaria.board.order.OrderFile;
import dev.talaria.broker.EmbeddedBroker;
import dev.talaria.broker.EmbeddedBrokerConfig;
import dev.talaria.cli.Version;
import dev.talaria.cli.dlq.DeadLetterWatch;
import dev.talaria.cli.metrics.DispatcherMeter;
import dev.talaria.cli.metrics.HostMeter;
import dev.talaria.cli.metrics.LauncherMeter;
import dev.talaria.cli.metrics.ServiceMetrics;
import dev.talaria.cli.remote.HostVerbs;
import dev.talaria.cli.verb.Configuration;
import dev.talaria.dispatcher.BoardFile;
import dev.talaria.dispatcher.Dispatcher;
import dev.talaria.dispatcher.grant.SlotLedger.DirectLauncher;
import dev.talaria.dispatcher.log.WorkerLogs;
import dev.talaria.dispatcher.presence.LauncherDirectory;
import dev.talaria.launcher.Launcher;
import dev.talaria.launcher.claim.LaneSpec;
import dev.talaria.launcher.lane.LaneProbe;
import dev.talaria.launcher.lane.LaneWatch;
import dev.talaria.launcher.lane.WorkerEnvironment;
import dev.talaria.launcher.lane.Workspaces;
import dev.talaria.launcher.presence.CopiedHome;
import dev.talaria.launcher.presence.LauncherIdentity;
import dev.talaria.launcher.process.ForkerTools;
import dev.talaria.launcher.process.ProcessTable;
import dev.talaria.launcher.rundir.RunDirectories;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.message.StandingOrder;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.service.HostIdentity;
import dev.talaria.service.config.HttpConfig;
import dev.talaria.service.config.KafkaConfig;
import dev.talaria.service.config.KanbanConfig;
import dev.talaria.service.config.TalariaConfig;
import dev.talaria.service.kafka.KafkaReporter;
import dev.talaria.service.kafka.KafkaSeries;
import dev.talaria.service.kafka.TopicSetupException;
import dev.talaria.service.metrics.CurrentRun;
import dev.talaria.service.metrics.HealthChecks;
import dev.talaria.service.metrics.HealthChecks.Health;
import dev.talaria.service.metrics.Meters;
import dev.talaria.service.metrics.MetricsEndpoint;
import dev.talaria.service.metrics.Registries;
import dev.talaria.streams.DecisionMeters;
import dev.talaria.streams.TopologyService;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The services of one host, put together: which of them is asked for, one by one, in the order in which they depend on each
 * other. Closing stops inputs before outputs, in bounded time. One thread builds; closing may come from another.
 */
public final class HostRuntime implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HostRuntime.class);
  private static final Duration WORKERS_END = Duration.ofSeconds(20);
  private static final Duration TOPOLOGY_ENDS = Duration.ofSeconds(10);
  private static final Duration ASK_AGAIN = Duration.ofSeconds(1);
  /** As hermes: what waited for the start comes first. */
  private static final Duration IDEAS_WAIT = Duration.ofSeconds(5);

  private static final String STARTING = "start";
  private static final Duration REPORTS_ARRIVE = Duration.ofSeconds(2);

  /** What systemd tells the launcher about its own unit, secrets among it; workers would take it for theirs. */
  private static final Set<String> OF_THE_UNIT = Set.of(
      "CREDENTIALS_DIRECTORY", "INVOCATION_ID", "JOURNAL_STREAM", "NOTIFY_SOCKET", "WATCHDOG_*");

  private final BoardHome home;
  private final Map<String, String> environment;
  private final Path userHome;
  private final BoardOptions options;
  private final InstantSource clock;
  private final Wire wire = new Wire();
  private final CurrentRun currentRun = new CurrentRun();
  private final PrometheusMeterRegistry registry = Registries.of(currentRun);
  private final Meters meters = new Meters(registry).bindJvm();
  private final ServiceMetrics metrics = new ServiceMetrics(meters, currentRun);
  private final Map<String, Object> reporting = KafkaReporter.settings(new KafkaSeries(meters));
  private final HealthChecks checks = new HealthChecks();
  private HostSettings settings;
  private @Nullable EmbeddedBroker broker;
  private @Nullable ServiceKafka kafka;
  private @Nullable TopicCatalogue topics;
  private LauncherIdentity.@Nullable Held identity;
  private @Nullable OrderKeeper orders;
  private @Nullable Dispatcher dispatcher;
  private @Nullable WorkerLogs workerLogs;
  private @Nullable DeadLetterWatch deadLetters;
  private @Nullable AutoDecompose ideas;
  private @Nullable TopologyService topology;
  private boolean topologyLeaves;
  private @Nullable LaneWatch lanes;
  private @Nullable Launcher launcher;
  private @Nullable MetricsEndpoint endpoint;
  private boolean closed;

  public HostRuntime(
      TalariaConfig config,
      BoardHome home,
      Map<String, String> environment,
      Path userHome,
      BoardOptions options,
      InstantSource clock) {
    this.home = home;
    this.environment = environment;
    this.userHome = userHome;
    this.options = options;
    this.clock = clock;
    String host = new HostIdentity(home.root()).resolve(config.fleet().host());
    this.settings = new HostSettings(config, home, environment, host);
    check(STARTING, () -> Health.notReady("not all is started yet"));
    meters.gauge(HostMeter.BUILD, () -> 1, Version.current(), Runtime.version().toString());
  }

  public String host() {
    return settings.host();
  }

  public TalariaConfig config() {
    return settings.config();
  }

  public TopicCatalogue topics() {
    return required(topics, "Kafka");
  }

  public ServiceKafka kafka() {
    return required(kafka, "Kafka");
  }

  /** Starts the embedded broker where no cluster is configured, then the clients. */
  public void startKafka() throws IOException {
    Path directory = settings.talaria().resolve("kafka");
    KafkaConfig configured = config().kafka();
    if (configured.embedded()) {
      EmbeddedBroker started = new EmbeddedBroker(EmbeddedBrokerConfig.in(directory)
          .withPort(configured.embeddedPort())
          .withOnFailure(this::brokerFailed));
      started.start();
      broker = started;
      settings = settings.withKafkaAt(started.bootstrapServers());
      // other processes of this host find it here
      Files.writeString(directory.resolve("bootstrap"), started.bootstrapServers() + "\n");
    }
    topics = new TopicCatalogue(configured.prefix(), configured.partitions());
    kafka = new ServiceKafka(config().kafka(), topics(), host(), "talaria", reporting);
  }

  /** Readiness, for {@code /health} and as a gauge. */
  private void check(String name, Supplier<Health> check) {
    checks.register(name, check);
    meters.gauge(HostMeter.HEALTH, () -> checks.isReady(name) ? 1 : 0, name);
  }

  private void brokerFailed(Throwable failure) {
    log.error(
        "The embedded broker has failed; boards stay usable, and the rest waits until this is restarted.",
        failure);
    check("broker", () -> Health.notReady("failed: " + failure.getMessage()));
  }

  /**
   * Makes the topics, and waits for a cluster that cannot be reached: after a power cut the hosts of a fleet and its brokers
   * start together. A cluster that refuses is not waited for.
   *
   * @throws IllegalStateException when a topic has another number of partitions than is configured
   */
  public void awaitTopics() throws InterruptedException {
    while (true) {
      try {
        kafka().ensureTopics().differences().forEach(log::warn);
        return;
      } catch (TopicSetupException e) {
        if (!isPassing(e.getCause())) {
          throw e;
        }
        log.warn(
            "Kafka at {} does not answer yet: {}", config().kafka().bootstrap(), e.getMessage());
      }
      Thread.sleep(ASK_AGAIN.toMillis());
    }
  }

  private static boolean isPassing(@Nullable Throwable cause) {
    return cause instanceof RetriableException || cause instanceof TimeoutException;
  }

  /** The lanes that this host's launcher would serve. */
  public List<LaneSpec> lanes() {
    return new Lanes(home.root(), environment).of(config().launcher());
  }

  /**
   * Takes the launcher's identity, which the dispatcher beside it needs.
   *
   * @throws IllegalStateException when a launcher of this name runs already
   */
  public LauncherIdentity takeLauncherIdentity() throws IOException {
    var key = new LauncherKey(host(), config().launcher().name());
    LauncherIdentity.Held held = LauncherIdentity.take(settings.talaria(), key, clock);
    identity = held;
    if (held.copied()) {
      CopiedHome.setAside(settings.runs(), held.identity().incarnation());
    }
    return held.identity();
  }

  /** Starts the dispatcher; with {@code direct}, it grants to this JVM's launcher without offers. */
  public void startDispatcher(List<BoardFile> boards, @Nullable List<LaneSpec> direct) {
    DirectLauncher target =
        direct == null ? null : settings.direct(ownIdentity(), direct, watch(direct)::serves);
    Dispatcher started = new Dispatcher(
        settings.dispatcher(),
        boards,
        options,
        kafka(),
        topics(),
        wire,
        clock,
        target,
        metrics,
        new HostVerbs(home, environment, userHome, clock, new Random()));
    boards.forEach(board -> metrics.serves(board.key()));
    started.start();
    dispatcher = started;
    for (LauncherDirectory.Standing standing : LauncherDirectory.Standing.values()) {
      meters.gauge(
          DispatcherMeter.LAUNCHERS_KNOWN,
          () -> started.launchers().count(standing, System.nanoTime()),
          standing.name().toLowerCase(Locale.ROOT));
    }
    startWorkerLogs(boards);
    startDeadLetterWatch();
    keepOrders();
    check(
        "dispatcher",
        () -> started
            .notReadyBecause()
            .map(Health::notReady)
            .orElseGet(() -> Health.ready("boards are published, their commands read")));
  }

  private void startDeadLetterWatch() {
    var watch = new DeadLetterWatch(kafka()::consumer, topics().deadLetter(), wire);
    watch.start();
    meters.gauge(DispatcherMeter.DEAD_LETTERS_OPEN, watch::open);
    deadLetters = watch;
  }

  /** Makes logs of workers on other hosts readable here. */
  private void startWorkerLogs(List<BoardFile> boards) {
    workerLogs = new WorkerLogs(
        kafka(),
        topics(),
        wire,
        boards,
        settings.talaria().resolve("worker-logs"),
        settings.workerLogs());
    workerLogs.start(clock.instant());
  }

  /** Divides the ideas of the boards that are dispatched; nothing to do without a command that asks a model. */
  public void startAutoDecompose(List<BoardFile> boards, Configuration configuration) {
    KanbanConfig kanban = config().kanban();
    if (kanban.autoDecompose() && !config().triage().command().isEmpty()) {
      AutoDecompose started = new AutoDecompose(
          boards.stream().filter(BoardFile::grants).toList(),
          options,
          configuration::planner,
          kanban.autoDecomposePerTick(),
          kanban.dispatchInterval());
      started.start(IDEAS_WAIT);
      ideas = started;
    }
  }

  /** Tries the lanes' commands, the first time that it is asked for. */
  private LaneWatch watch(List<LaneSpec> specs) {
    LaneWatch watching = lanes;
    if (watching == null) {
      var surroundings = new WorkerEnvironment(environment, OF_THE_UNIT);
      Map<Lane, LaneProbe> probes = new HashMap<>();
      specs.forEach(lane -> probes.put(lane.lane(), lane.probe(surroundings)));
      LaneWatch started = new LaneWatch(probes);
      started.start();
      meters.gauge(LauncherMeter.LANE_FAULTS, () -> started.faults().size());
      lanes = started;
      watching = started;
    }
    return watching;
  }

  private LauncherIdentity ownIdentity() {
    return required(identity, "the launcher's identity").identity();
  }

  /** Starts the topology; it stays a member of its group when it stops, since it is to start again. */
  public void startTopology() {
    startTopology(false);
  }

  /**
   * Starts the topology.
   *
   * @param leaves whether it leaves its group when it stops, so that others take its work over at once
   */
  public void startTopology(boolean leaves) {
    String bootstrap = required(config().kafka().bootstrap(), "kafka.bootstrap");
    TopologyService started = new TopologyService(
        settings.topology(bootstrap, topics()), wire, new DecisionMeters(meters), clock, reporting);
    started.start();
    topology = started;
    topologyLeaves = leaves;
    check(
        "topology",
        () ->
            started.isReady() ? Health.ready("running") : Health.notReady("is " + started.state()));
  }

  /** Whether an earlier launcher left runs that have to be looked after, or whose end was not reported. */
  public boolean hasRunsToTakeUp() throws IOException {
    return RunDirectories.open(settings.runs()).list().stream()
        .anyMatch(run -> !run.acknowledged());
  }

  /** Starts the launcher. */
  public Launcher startLauncher(List<LaneSpec> lanes, boolean takesOffers) throws IOException {
    int slots = config().launcher().slots();
    lanes.forEach(lane -> metrics.serves(lane.lane()));
    Launcher started = new Launcher(
        settings.launcher(takesOffers),
        ownIdentity(),
        lanes,
        watch(lanes),
        new Workspaces(
            home.root(),
            userHome,
            home.pinnedWorkspaces().orElse(null),
            slug -> home.metadata(slug).defaultWorkdir()),
        new WorkerEnvironment(environment, OF_THE_UNIT),
        ProcessTable.ofThisHost(),
        ForkerTools.ofThisHost(),
        kafka(),
        topics(),
        wire,
        clock,
        metrics);
    started.onStandDown(() -> {
      Dispatcher granting = dispatcher;
      if (granting != null) {
        granting.stopGranting();
      }
    });
    started.start();
    launcher = started;
    keepOrders();
    meters.gauge(LauncherMeter.SLOTS, started::freeSlots, "free");
    meters.gauge(LauncherMeter.SLOTS, () -> slots - started.freeSlots(), "busy");
    meters.gauge(LauncherMeter.REPORTS_PENDING, started::pendingReports);
    check(
        "launcher",
        () -> started
            .notReadyBecause()
            .map(Health::notReady)
            .orElseGet(() -> Health.ready("takes grants")));
    return started;
  }

  /** Keeps the orders of this host and of the fleet in step, for whichever services run here. */
  private void keepOrders() {
    if (orders == null) {
      var keeper = new OrderKeeper(new OrderFile(settings.talaria()), kafka(), topics(), wire);
      keeper.start();
      orders = keeper;
      for (StandingOrder.Scope scope : StandingOrder.Scope.values()) {
        meters.gauge(HostMeter.ORDERS, () -> keeper.count(scope), scope.word());
      }
    }
  }

  /** Serves {@code /metrics} and {@code /health}. */
  public int startEndpoint(HttpConfig http) {
    MetricsEndpoint started = new MetricsEndpoint(http, registry, checks);
    started.start();
    endpoint = started;
    return started.port();
  }

  /** All that is wanted was started: from here on the services themselves say whether they are ready. */
  public void started() {
    checks.remove(STARTING);
  }

  /**
   * Why there is nothing left to do here, in words: the process must then be started anew. A topology beside a dispatcher may
   * stop; that one decides by itself, and readiness tells.
   */
  public Optional<String> failure() {
    TopologyService running = topology;
    return running == null || dispatcher != null || launcher != null
        ? Optional.empty()
        : running.failure().map(cause -> "The topology has stopped: " + cause);
  }

  /** Whether everything that was started does its work. */
  public boolean isReady() {
    return checks.all().values().stream().allMatch(Health::ready);
  }

  /**
   * Ends this host's workers, and waits until their boards have taken note: what they were doing goes back to ready and
   * does not count against it.
   */
  public void stopWorkers() {
    quietly("division of ideas", ideas);
    Dispatcher granting = dispatcher;
    if (granting != null) {
      granting.stopGranting();
    }
    Launcher running = launcher;
    if (running != null && !stopped(running, granting)) {
      log.warn(
          "{} runs were not settled in time; their ends are reported at the next start.",
          running.unsettledRuns());
    }
  }

  /** Waits as long as it may help: with Kafka away nobody settles anything, and the run directories keep it. */
  private boolean stopped(Launcher running, @Nullable Dispatcher granting) {
    boolean settled = running.stopWorkers(config().launcher().killGrace().plus(REPORTS_ARRIVE));
    long until = System.nanoTime() + WORKERS_END.toNanos();
    while (!settled && System.nanoTime() < until && (granting == null || granting.hearsKafka())) {
      settled = running.awaitSettled(REPORTS_ARRIVE);
    }
    return settled;
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    quietly("division of ideas", ideas);
    quietly("orders", orders);
    quietly("launcher", launcher);
    quietly("watch over lanes", lanes);
    quietly("dispatcher", dispatcher);
    quietly("worker logs", workerLogs);
    quietly("watch over dead letters", deadLetters);
    TopologyService decides = topology;
    quietly(
        "topology", decides == null ? null : () -> decides.close(TOPOLOGY_ENDS, topologyLeaves));
    quietly("metrics endpoint", endpoint);
    quietly("Kafka clients", kafka);
    quietly("embedded broker", broker);
    quietly("launcher's lock", identity);
    quietly("meters", meters);
  }

  private static void quietly(String name, @Nullable AutoCloseable part) {
    if (part != null) {
      try {
        part.close();
      } catch (Exception e) { // whatever it is, the others are closed too
        log.warn("The {} did not close cleanly: {}", name, e.toString());
      }
    }
  }

  private static <T> T required(@Nullable T part, String what) {
    if (part == null) {
      throw new IllegalStateException(what + " was not started");
    }
    return part;
  }
}
