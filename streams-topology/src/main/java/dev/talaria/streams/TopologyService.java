package dev.talaria.streams;

import dev.talaria.protocol.message.Wire;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs {@link DecisionTopology} against a cluster.
 *
 * <p>It survives the loss of the cluster and the end of a stream thread, after which it starts again; when too many end in
 * a row it stops by itself and {@link #failure()} says why. A process that was killed goes on where its last commit was, within
 * seconds, if it starts again with the same host id, instance name and state directory.
 *
 * <p>Thread-safe. {@code start} and {@code close} may be repeated; an instance that was closed is not started again.
 */
public final class TopologyService implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TopologyService.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final TopologySettings settings;
  private final Wire wire;
  private final DecisionListener listener;
  private final InstantSource clock;
  private final Map<String, Object> reporting;
  private final ThreadFailures threadFailures;
  private final StopMark stopMark;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile @Nullable KafkaStreams streams;
  private @Nullable StoreMemory memory;
  private boolean closed;

  public TopologyService(
      TopologySettings settings, Wire wire, DecisionListener listener, InstantSource clock) {
    this(settings, wire, listener, clock, Map.of());
  }

  /**
   * As {@link #TopologyService(TopologySettings, Wire, DecisionListener, InstantSource)}.
   *
   * @param reporting how Kafka's clients and Streams report their metrics
   */
  public TopologyService(
      TopologySettings settings,
      Wire wire,
      DecisionListener listener,
      InstantSource clock,
      Map<String, Object> reporting) {
    this.settings = settings;
    this.wire = wire;
    this.listener = listener;
    this.clock = clock;
    this.reporting = Map.copyOf(reporting);
    this.stopMark = new StopMark(settings);
    this.threadFailures =
        new ThreadFailures(settings.threadFailures(), settings.threadFailuresWithin());
  }

  /** Begins; returns before the topology is ready, and does not need the cluster to be there. */
  public synchronized void start() {
    if (closed) {
      throw new IllegalStateException("The topology was closed; make a new one.");
    }
    if (streams != null) {
      return;
    }
    startClient();
  }

  private synchronized void startClient() {
    var shared = new StoreMemory(settings.cacheBytes(), settings.writeBufferBytes());
    try {
      Map<String, Object> properties = new HashMap<>(StreamsProperties.of(settings));
      Topology topology = new DecisionTopology(settings.topics(), wire, listener).build(properties);
      properties.put(SharedMemoryConfigSetter.MEMORY, shared);
      properties.putAll(reporting);
      var all = new Properties();
      all.putAll(properties);
      var built = new KafkaStreams(topology, all);
      built.setUncaughtExceptionHandler(cause -> threadEnded(built, cause));
      built.setStateListener((now, before) ->
          log.info("Topology {} is {}, was {}", settings.applicationId(), now, before));
      memory = shared;
      streams = built;
      // only now: the directory is ours, no other instance has it open
      if (!stopMark.take()) {
        built.cleanUp();
      }
      built.start();
    } catch (StreamsException e) {
      shared.close();
      throw new IllegalStateException(
          "The topology cannot start in '%s': %s Each instance needs a directory of its own; stop the other one, or set streams.name and streams.state_directory."
              .formatted(settings.stateDirectory(), e.getMessage()),
          e);
    }
  }

  /** Where Kafka Streams stands; {@code CREATED} before the start. */
  public KafkaStreams.State state() {
    KafkaStreams running = streams;
    return running == null ? KafkaStreams.State.CREATED : running.state();
  }

  /** Whether it judges what comes: it has its share of the partitions and their state is restored. */
  public boolean isReady() {
    return state() == KafkaStreams.State.RUNNING;
  }

  /** Why it stopped by itself, if it did; it must then be started anew. */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure.get());
  }

  /** Closes in order to be started again on this host: it stays a member of its group, so nothing moves meanwhile. */
  @Override
  public void close() {
    close(CLOSE_TIMEOUT, false);
  }

  /**
   * Stops and commits what was processed.
   *
   * @param timeout how long this may take; what has not stopped by then is left behind
   * @param leaveGroup whether it is drained for good: others then take its work over at once, not after 10 s
   * @return whether everything stopped in time
   */
  public synchronized boolean close(Duration timeout, boolean leaveGroup) {
    if (closed) {
      return true;
    }
    closed = true;
    KafkaStreams running = streams;
    if (running == null) {
      return true;
    }
    return closeClient(
        running,
        timeout,
        leaveGroup
            ? GroupMembershipOperation.LEAVE_GROUP
            : GroupMembershipOperation.REMAIN_IN_GROUP);
  }

  private boolean closeClient(
      KafkaStreams client, Duration timeout, GroupMembershipOperation membership) {
    boolean ended =
        client.close(CloseOptions.timeout(timeout).withGroupMembershipOperation(membership));
    if (!ended) {
      log.warn(
          "Topology {} did not stop within {}; it is left behind",
          settings.applicationId(),
          timeout);
    } else {
      stopMark.put();
      if (memory != null) {
        // Stores that are still open would read freed memory.
        memory.close();
      }
    }
    return ended;
  }

  /**
   * Ends the client, and starts another if that is bearable. Replacing the thread alone would be the obvious way, and costs
   * 10 s and more of silence: the new thread is another static member of the group, which then waits for the old one's
   * session to end. A new client has the old one's member id and goes on at once.
   */
  private StreamThreadExceptionResponse threadEnded(KafkaStreams client, Throwable cause) {
    if (threadFailures.isBearable(clock.instant())) {
      log.error("A thread of topology {} ended; it starts again", settings.applicationId(), cause);
      var restart = new Thread(() -> startAgain(client), "topology-restart");
      restart.setDaemon(true);
      restart.start();
    } else {
      failure.compareAndSet(null, cause);
      log.error(
          "More than {} threads of topology {} ended within {}; it stops. Mend the cause and start it again",
          settings.threadFailures(),
          settings.applicationId(),
          settings.threadFailuresWithin(),
          cause);
    }
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  private synchronized void startAgain(KafkaStreams ended) {
    if (closed || streams != ended) {
      return;
    }
    if (!closeClient(ended, CLOSE_TIMEOUT, GroupMembershipOperation.REMAIN_IN_GROUP)) {
      failure.compareAndSet(
          null, new IllegalStateException("a failed thread did not end within " + CLOSE_TIMEOUT));
      return;
    }
    try {
      startClient();
    } catch (IllegalStateException e) {
      log.error("Topology {} cannot start again", settings.applicationId(), e);
      failure.compareAndSet(null, e);
    }
  }
}
