package dev.talaria.launcher;

import dev.talaria.board.order.OrderFile;
import dev.talaria.launcher.api.ReportDesk;
import dev.talaria.launcher.api.WorkerApi;
import dev.talaria.launcher.claim.Elsewhere;
import dev.talaria.launcher.claim.Handover;
import dev.talaria.launcher.claim.LaneOffers;
import dev.talaria.launcher.claim.LaneSpec;
import dev.talaria.launcher.claim.OfferTaker;
import dev.talaria.launcher.claim.ReplyReader;
import dev.talaria.launcher.claim.RunControl;
import dev.talaria.launcher.claim.ScratchOfOthers;
import dev.talaria.launcher.claim.Slots;
import dev.talaria.launcher.claim.StartGate;
import dev.talaria.launcher.claim.WorkerPlan;
import dev.talaria.launcher.lane.LaneWatch;
import dev.talaria.launcher.lane.WorkerEnvironment;
import dev.talaria.launcher.lane.Workspaces;
import dev.talaria.launcher.presence.LauncherBeats;
import dev.talaria.launcher.presence.LauncherIdentity;
import dev.talaria.launcher.presence.StopAfter;
import dev.talaria.launcher.process.ForkerTools;
import dev.talaria.launcher.process.Guard;
import dev.talaria.launcher.process.ProcessTable;
import dev.talaria.launcher.process.RunGroups;
import dev.talaria.launcher.process.StopReason;
import dev.talaria.launcher.process.Supervisor;
import dev.talaria.launcher.report.CommandSender;
import dev.talaria.launcher.report.LogShipper;
import dev.talaria.launcher.report.WorkerReports;
import dev.talaria.launcher.rundir.Retention;
import dev.talaria.launcher.rundir.RunDirectories;
import dev.talaria.launcher.shadow.ShadowBoards;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.Presence;
import dev.talaria.protocol.message.Presence.LauncherBeat;
import dev.talaria.protocol.message.Presence.Standing;
import dev.talaria.protocol.message.Reply;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.service.TwinWatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The launcher of a host: takes offers or direct grants, starts and supervises workers, serves the worker API and reports
 * how runs ended. Stopping it leaves its workers running; the next start adopts them.
 */
public final class Launcher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Launcher.class);
  private static final Duration BEAT = Duration.ofSeconds(2);
  private static final Duration API_PATIENCE = Duration.ofSeconds(10);
  private static final Duration CLEAN_EVERY = Duration.ofMinutes(5);

  private final LauncherSettings settings;
  private final LauncherIdentity identity;
  private final InstantSource clock;
  private final LauncherListener listener;
  private final Map<Lane, LaneSpec> lanes;
  private final LaneWatch watch;
  private final RunDirectories directories;
  private final ScratchOfOthers scratch;
  private final Producer<byte[], byte[]> producer;
  private final Slots slots;
  private final StartGate gate;
  private final CommandSender commands;
  private final RunControl control;
  private final Supervisor supervisor;
  private final ReportDesk desk;
  private final Elsewhere elsewhere;
  private final WorkerApi api;
  private final ReplyReader replies;
  private final LaneOffers offers;
  private final LauncherBeats beats;
  private final ExecutorService starters =
      Executors.newFixedThreadPool(4, task -> new Thread(task, "worker-starter"));
  private final ScheduledExecutorService cleaner =
      Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "run-directory-cleaner");
        thread.setDaemon(true);
        return thread;
      });
  private final Map<String, String> dispatchers = new ConcurrentHashMap<>();
  private volatile boolean endsWorkers;
  private final TwinWatch twins;
  private final Guard guard;
  private final StopAfter stopAfter;
  private volatile Runnable onStandDown = () -> {};
  private volatile @Nullable String stoodDown;
  private boolean closed;

  /**
   * A launcher.
   *
   * @param identity who it is in this start; the caller holds its lock
   */
  public Launcher(
      LauncherSettings settings,
      LauncherIdentity identity,
      List<LaneSpec> served,
      LaneWatch watch,
      Workspaces workspaces,
      WorkerEnvironment environment,
      ProcessTable processes,
      ForkerTools tools,
      LauncherKafka kafka,
      TopicCatalogue topics,
      Wire wire,
      InstantSource clock,
      LauncherListener listener) {
    this.settings = settings;
    this.identity = identity;
    this.twins = new TwinWatch(identity.instance(), identity.succeeds());
    this.clock = clock;
    this.listener = listener;
    this.lanes =
        served.stream().collect(Collectors.toUnmodifiableMap(LaneSpec::lane, lane -> lane));
    this.watch = watch;
    try {
      this.directories = RunDirectories.open(settings.runs());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot open the run directories '" + settings.runs() + "'", e);
    }
    this.producer = kafka.producer();
    this.gate = new StartGate(identity.key(), new OrderFile(settings.state()));
    this.slots = new Slots(settings.slots(), laneSlots());
    this.commands = new CommandSender(producer, topics, wire, listener);
    this.desk = new ReportDesk(new WorkerReports(identity.key(), commands, run -> profileOf(run)));
    var shadows = new ShadowBoards(clock, desk, this::noteForWorker);
    this.elsewhere =
        new Elsewhere(identity.key().host(), new LogShipper(producer, topics, wire), shadows);
    this.scratch = new ScratchOfOthers(workspaces, directories);
    var plans = new WorkerPlan(
        identity.key().host(),
        shadows,
        workspaces,
        scratch,
        settings.places(),
        environment,
        settings.logRotateBytes(),
        settings.logBackups());
    this.control = new RunControl(
        identity,
        lanes,
        watch,
        directories,
        plans,
        workspaces,
        slots,
        commands,
        wire,
        clock,
        starters,
        cleaner,
        listener,
        gate);
    this.supervisor = new Supervisor(
        directories,
        processes,
        tools,
        RunGroups.ofThisHost(directories),
        settings.supervisor(),
        clock,
        control);
    this.api = new WorkerApi(desk, settings.runs(), API_PATIENCE);
    control.connect(supervisor, desk, api, elsewhere);
    this.replies = new ReplyReader(
        kafka::consumer,
        producer,
        identity,
        topics,
        wire,
        clock,
        this::replied,
        this::present,
        listener);
    this.offers = new LaneOffers(
        lanes.keySet(),
        lane -> new OfferTaker(
            () -> kafka.shareConsumer(lane, settings.slots()),
            producer,
            identity,
            lane,
            () -> kafka.prepareLanes(List.of(lane)),
            watch,
            settings.labels(),
            slots,
            commands,
            topics,
            wire,
            clock,
            listener,
            gate));
    this.guard = new Guard(
        settings.runs(), identity.instance(), tools, settings.supervisor().grace());
    this.stopAfter = new StopAfter(stopLimits(), clock, control::stopLane);
    this.beats = new LauncherBeats(producer, topics, wire, this::beat, BEAT);
  }

  private String profileOf(RunKey run) {
    return control.profile(run);
  }

  private void noteForWorker(RunKey run, String text) {
    control.note(run, text);
  }

  private Map<Lane, Integer> laneSlots() {
    return lanes.values().stream().collect(Collectors.toUnmodifiableMap(LaneSpec::lane, lane -> {
      Integer own = lane.slots();
      return own == null ? settings.slots() : Math.min(own, settings.slots());
    }));
  }

  private Map<Lane, Duration> stopLimits() {
    Map<Lane, Duration> limits = new HashMap<>();
    lanes.values().forEach(lane -> {
      Duration limit = lane.stopAfter();
      if (limit != null) {
        limits.put(lane.lane(), limit);
      }
    });
    return limits;
  }

  /**
   * Takes up what an earlier start left, then begins. Kafka may be away.
   *
   * @throws IOException when the run directories or the API's port cannot be used
   */
  public void start() throws IOException {
    guard.takeOver();
    if (!stopLimits().isEmpty()) {
      guard.start();
    }
    api.start();
    supervisor.start();
    commands.start();
    control.takeUp();
    elsewhere.start();
    supervisor.recover();
    listener.adopted(supervisor.live().size());
    replies.start();
    beats.start();
    stopAfter.start();
    if (settings.takesOffers()) {
      offers.start();
    }
    cleaner.scheduleWithFixedDelay(this::endDrained, 1, 1, TimeUnit.SECONDS);
    cleaner.scheduleWithFixedDelay(this::clean, 10, CLEAN_EVERY.toSeconds(), TimeUnit.SECONDS);
    log.info(
        "Launcher '{}' serves {} with {} slots.", identity.key(), watch.served(), settings.slots());
  }

  /** Waits until replies are read, so that grants arrive; false when that is not so in time. */
  public boolean awaitReady(Duration limit) throws InterruptedException {
    return replies.awaitReady(limit);
  }

  /** Whether grants reach it and boards know of it: replies are read, and a beat with its lanes was acknowledged. */
  public boolean isReady() {
    return notReadyBecause().isEmpty();
  }

  /** What is missing until it is ready, in words. */
  public Optional<String> notReadyBecause() {
    String reason = stoodDown;
    if (reason != null) {
      return Optional.of(reason);
    }
    if (!replies.isReady()) {
      return Optional.of("does not read replies yet");
    }
    if (settings.takesOffers() && !offers.isPrepared()) {
      return Optional.of("the lanes' topics are not there yet");
    }
    return beats.isAcknowledged()
        ? Optional.empty()
        : Optional.of("Kafka has not acknowledged its first beat yet");
  }

  public LauncherIdentity identity() {
    return identity;
  }

  public int freeSlots() {
    return slots.free();
  }

  /** Reports that no board has answered yet. */
  public int pendingReports() {
    return commands.pending();
  }

  /** Runs whose board has not settled them yet. */
  public int unsettledRuns() {
    return control.unsettled().size();
  }

  /**
   * Ends every worker and takes no more; returns when their boards have settled them, or after the limit.
   *
   * @return whether all were settled
   */
  public boolean stopWorkers(Duration limit) {
    endsWorkers = true;
    offers.close();
    control.refuseGrants();
    supervisor.live().forEach(run -> supervisor.stop(run, StopReason.LAUNCHER));
    return control.awaitSettled(limit);
  }

  /** Waits until no run is left that its board has not settled; false when that takes longer. */
  public boolean awaitSettled(Duration limit) {
    return control.awaitSettled(limit);
  }

  private void replied(Reply reply) {
    if (reply instanceof Reply.Grant grant) {
      stopAfter
          .heardOwnBeat(); // it was asked for, or presence told of free slots: both ways are open
      control.granted(grant);
    } else if (reply instanceof Reply.ClaimAnswered answered) {
      if (answered.incarnation() == identity.incarnation()) {
        offers.answered(answered.claim());
      }
    } else if (reply instanceof Reply.Settled settled) {
      control.settled(settled);
    } else if (reply instanceof Reply.Answer answer) {
      control.answered(answer);
    } else if (reply instanceof Reply.Stop stop) {
      control.stop(stop);
    } else if (reply instanceof Reply.Revoke revoke) {
      control.revoke(revoke);
    }
  }

  private void present(Presence presence, long offset) {
    if (presence instanceof Presence.DispatcherBeat dispatcher && !dispatcher.farewell()) {
      String before = dispatchers.put(dispatcher.host(), dispatcher.instance());
      if (before != null && !before.equals(dispatcher.instance())) {
        commands.repeatFor(dispatcher.boards());
      }
    } else if (presence instanceof LauncherBeat beat && beat.launcher().equals(identity.key())) {
      if (beat.instance().equals(identity.instance())) {
        stopAfter.heardOwnBeat();
      }
      twins.heard(beat.instance(), beat.farewell(), offset).ifPresent(this::standDown);
    }
  }

  /** Another launcher speaks under this name, and was there first: no more work is taken; what runs here goes on. */
  private void standDown(String first) {
    if (stoodDown != null) {
      return;
    }
    stoodDown =
        "another launcher '%s' was there first (instance %s); set another fleet.host or launcher.name here"
            .formatted(identity.key(), first);
    log.error("This launcher takes no more work: {}.", stoodDown);
    control.refuseGrants();
    onStandDown.run();
    stopAfter.close();
    cleaner.execute(() -> {
      beats.close(); // its beats would be taken for the other's
      offers.close();
    });
  }

  /** What else is to be done when this launcher finds another that was there first. */
  public void onStandDown(Runnable action) {
    onStandDown = action;
  }

  private LauncherBeat beat(boolean farewell) {
    long at = clock.millis();
    return new LauncherBeat(
        identity.key(),
        identity.instance(),
        identity.incarnation(),
        identity.startedAt(),
        settings.slots(),
        slots.free(),
        watch.served(),
        control.unsettled(),
        settings.labels(),
        settings.version(),
        identity.succeeds(),
        farewell,
        at,
        standing(farewell, at));
  }

  private Standing standing(boolean farewell, long at) {
    Map<String, Integer> laneFree = new TreeMap<>();
    watch.served().forEach(lane -> laneFree.put(lane.name(), slots.free(lane)));
    boolean waitedFor = farewell && !endsWorkers && !control.unsettled().isEmpty();
    Long backBy = waitedFor && !settings.backWithin().isZero()
        ? Long.valueOf(at + settings.backWithin().toMillis())
        : null;
    return new Standing(
        laneFree, watch.faults(), settings.places().announced(), gate.drain(), backBy);
  }

  private void awaitWriters() {
    try {
      if (!starters.awaitTermination(2, TimeUnit.SECONDS)
          || !cleaner.awaitTermination(2, TimeUnit.SECONDS)) {
        log.warn(
            "Run directories were still being written after 2 s; the next start takes them up.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops what still runs when the deadline of a drain has come. */
  private void endDrained() {
    try {
      if (gate.isOverdue(clock.millis())) {
        supervisor.live().forEach(run -> supervisor.stop(run, StopReason.DRAINED));
      }
    } catch (RuntimeException e) { // whatever it is: a task that throws is not scheduled again
      log.error("Whether a drain is overdue cannot be told; it is tried again", e);
    }
  }

  private void clean() {
    try {
      new Retention(settings.retention(), settings.keptRuns()).apply(directories, clock.instant());
      scratch.collect();
      Handover.tidy(directories);
    } catch (IOException | RuntimeException e) { // a task that throws is not scheduled again
      log.warn(
          "Old run directories and workspaces were not removed; it is tried again: {}",
          e.toString());
    }
  }

  /**
   * Stops taking work and leaves the workers running; what is to be reported lies in the run directories. Bounded in time.
   * Idempotent.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    stopAfter.close();
    offers.close();
    starters.shutdown();
    api.close();
    supervisor.close();
    elsewhere.close();
    replies.close();
    beats.close();
    commands.close();
    cleaner.shutdown();
    awaitWriters();
    guard.close();
    producer.close(Duration.ofSeconds(3));
  }
}
