package dev.talaria.cli.run;

import dev.talaria.board.dispatch.Caps;
import dev.talaria.board.home.BoardHome;
import dev.talaria.board.home.ScratchRemoval;
import dev.talaria.board.transition.ClaimTtl;
import dev.talaria.board.transition.CrashGrace;
import dev.talaria.cli.HostName;
import dev.talaria.cli.Version;
import dev.talaria.dispatcher.DispatchSettings;
import dev.talaria.dispatcher.duty.DutySettings;
import dev.talaria.dispatcher.grant.SlotLedger.DirectLauncher;
import dev.talaria.launcher.LauncherSettings;
import dev.talaria.launcher.claim.LaneSpec;
import dev.talaria.launcher.detached.HostProcesses;
import dev.talaria.launcher.lane.Places;
import dev.talaria.launcher.presence.LauncherIdentity;
import dev.talaria.launcher.process.ProcessTable;
import dev.talaria.launcher.process.SupervisorSettings;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.service.LogRotation;
import dev.talaria.service.config.DispatchConfig;
import dev.talaria.service.config.KanbanConfig;
import dev.talaria.service.config.LauncherConfig;
import dev.talaria.service.config.StreamsConfig;
import dev.talaria.service.config.TalariaConfig;
import dev.talaria.streams.TopologySettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/** What the configuration of a host means for each of its services, in their own words. */
final class HostSettings {
  private static final int KEPT_RUNS = 1_000;

  private final TalariaConfig config;
  private final BoardHome home;
  private final Map<String, String> environment;
  private final String host;

  /**
   * @param environment where hermes's variables are looked up
   * @param host its id in the fleet
   */
  HostSettings(TalariaConfig config, BoardHome home, Map<String, String> environment, String host) {
    this.config = config;
    this.home = home;
    this.environment = environment;
    this.host = host;
  }

  TalariaConfig config() {
    return config;
  }

  String host() {
    return host;
  }

  /** The same with brokers at this address, since they were started here. */
  HostSettings withKafkaAt(String bootstrap) {
    return new HostSettings(config.withKafkaAt(bootstrap), home, environment, host);
  }

  /** The directory of all that is the host's own, beside its boards. */
  Path talaria() {
    return home.root().resolve("talaria");
  }

  Path runs() {
    return talaria().resolve("runs");
  }

  DispatchSettings dispatcher() {
    DispatchConfig dispatch = config.dispatch();
    return new DispatchSettings(
        host,
        HostName.system(),
        claimTtl(),
        dispatch.decisionWait(),
        dispatch.lostAfter(),
        dispatch.waitForReturn(),
        dispatch.offerWindow(),
        dispatch.runCeilingPerDay(),
        dispatch.autoRecoverLimit(),
        config.policy().retryPolicy(),
        Version.current(),
        duties());
  }

  /** hermes's variable, where it is set, beats our own setting: it is what workers of hermes reckon with. */
  private Duration claimTtl() {
    long seconds = ClaimTtl.of(environment);
    return seconds == ClaimTtl.DEFAULT_SECONDS
        ? config.dispatch().claimTtl()
        : Duration.ofSeconds(seconds);
  }

  private DutySettings duties() {
    KanbanConfig kanban = config.kanban();
    return new DutySettings(
        new Caps(kanban.maxSpawn(), kanban.maxInProgress(), kanban.maxInProgressPerProfile()),
        kanban.defaultAssignee(),
        home::profileExists,
        CrashGrace.of(environment),
        kanban.staleTimeout().toSeconds(),
        file -> HostProcesses.of(file.key(), talaria(), file.logs(), ProcessTable.ofThisHost()),
        ScratchRemoval.of(home));
  }

  /** This host's launcher, as a dispatcher in the same JVM grants to it. */
  DirectLauncher direct(LauncherIdentity own, List<LaneSpec> lanes, Predicate<Lane> serves) {
    int slots = config.launcher().slots();
    Map<Lane, Integer> laneSlots = new HashMap<>();
    for (LaneSpec lane : lanes) {
      laneSlots.put(lane.lane(), Objects.requireNonNullElse(lane.slots(), slots));
    }
    return new DirectLauncher(
        own.key(),
        own.incarnation(),
        own.instance(),
        slots,
        laneSlots,
        serves,
        config.launcher().labels());
  }

  LauncherSettings launcher(boolean takesOffers) {
    LauncherConfig launch = config.launcher();
    var supervision = new SupervisorSettings(
        launch.killGrace(),
        SupervisorSettings.DEFAULT.pollInterval(),
        SupervisorSettings.DEFAULT.startPatience(),
        SupervisorSettings.DEFAULT.tailBytes());
    return new LauncherSettings(
        runs(),
        launch.slots(),
        takesOffers,
        launch.runRetention(),
        KEPT_RUNS,
        config.kanban().workerLogRotateBytes(),
        config.kanban().workerLogBackupCount(),
        supervision,
        launch.backWithin(),
        Version.current(),
        launch.labels(),
        new Places(launch.places().stream().map(Path::of).toList()));
  }

  LogRotation workerLogs() {
    KanbanConfig kanban = config.kanban();
    return new LogRotation(kanban.workerLogRotateBytes(), kanban.workerLogBackupCount());
  }

  TopologySettings topology(String bootstrap, TopicCatalogue topics) {
    StreamsConfig streams = config.streams();
    TopologySettings settings = TopologySettings.of(bootstrap, topics, host, talaria())
        .withInstance(streams.name())
        .withCopies(config.kafka().replication(), streams.standbys())
        .withKafka(config.kafka().properties());
    String directory = streams.stateDirectory();
    return directory == null
        ? settings
        : settings.withStateDirectory(home.root().resolve(directory));
  }
}
