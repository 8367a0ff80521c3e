package dev.talaria.broker;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.FaultHandlerFactory;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.SharedServer;
import org.apache.kafka.common.errors.BrokerIdNotRegisteredException;
import org.apache.kafka.common.errors.NotControllerException;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.controller.ControllerRequestContext;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.server.common.EligibleLeaderReplicasVersion;
import org.apache.kafka.server.common.MetadataVersion;
import org.apache.kafka.server.fault.FaultHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka's controller and broker over one shared server: what its own {@code KafkaRaftServer} builds, but with our sockets
 * and with faults reported instead of ending the process. The only class that knows Kafka's server internals.
 */
final class KafkaNode {
  private static final Logger log = LoggerFactory.getLogger(KafkaNode.class);

  private final ControllerServer controller;
  private final BrokerServer broker;
  private final boolean afterUncleanStop;

  private KafkaNode(ControllerServer controller, BrokerServer broker, boolean afterUncleanStop) {
    this.controller = controller;
    this.broker = broker;
    this.afterUncleanStop = afterUncleanStop;
  }

  /** Formats the directory when that was not done, and builds the servers without starting them. */
  static KafkaNode build(
      EmbeddedBrokerConfig config,
      DataDirectory directory,
      BoundSockets sockets,
      Consumer<Throwable> onFault) {
    boolean afterUncleanStop = Files.exists(directory.logs().resolve("__cluster_metadata-0"))
        && !Files.exists(directory.logs().resolve(".kafka_cleanshutdown"));
    format(directory);
    var kafkaConfig = KafkaConfig.fromProps(
        BrokerSettings.properties(
            config, directory, sockets.clientPort(), sockets.controllerPort()),
        false);
    var logDirs = KafkaRaftServer.initializeLogDirs(kafkaConfig, log, "");
    var quorum = kafkaConfig.quorumConfig();
    var shared = new SharedServer(
        kafkaConfig,
        logDirs._1(),
        Time.SYSTEM,
        new Metrics(),
        CompletableFuture.completedFuture(QuorumConfig.parseVoterConnections(quorum.voters())),
        List.of(),
        faults(onFault),
        sockets);
    return new KafkaNode(
        new ControllerServer(shared, KafkaRaftServer.configSchema(), logDirs._2()),
        new BrokerServer(shared),
        afterUncleanStop);
  }

  private static void format(DataDirectory directory) {
    var said = new ByteArrayOutputStream();
    try {
      new Formatter()
          .setPrintStream(new PrintStream(said, true, StandardCharsets.UTF_8))
          .setNodeId(BrokerSettings.NODE_ID)
          .setClusterId(directory.clusterId())
          .setDirectories(List.of(directory.logs().toString()))
          .setMetadataLogDirectory(directory.logs().toString())
          .setControllerListenerName(BrokerSettings.CONTROLLER_LISTENER)
          .setReleaseVersion(MetadataVersion.latestProduction())
          // Replicas that may lead although out of sync: of no use with one replica, and it would
          // make an unclean stop
          // of the only one take it out of each partition's in-sync set.
          .setFeatureLevel(EligibleLeaderReplicasVersion.FEATURE_NAME, (short) 0)
          .setIgnoreFormatted(true)
          .run();
    } catch (Exception e) {
      throw new EmbeddedBrokerException(
          "Cannot prepare '%s' as cluster %s: %s. Restore the directory as a whole, or move it away to start with an empty broker."
              .formatted(directory.logs(), directory.clusterId(), e.getMessage()),
          e);
    }
    log.debug("Format: {}", said.toString(StandardCharsets.UTF_8).strip());
  }

  private static FaultHandlerFactory faults(Consumer<Throwable> onFault) {
    return (name, fatal, action) -> faultHandler(name, fatal, action, onFault);
  }

  private static FaultHandler faultHandler(
      String name, boolean fatal, Runnable action, Consumer<Throwable> onFault) {
    return (message, cause) -> {
      var failure = new EmbeddedBrokerException(
          "Fault in Kafka's %s: %s%s"
              .formatted(name, message, cause == null ? "" : ": " + cause.getMessage()),
          cause);
      log.error("{} fault in the embedded broker", fatal ? "Fatal" : "Non-fatal", failure);
      action.run();
      if (fatal) {
        onFault.accept(failure);
      }
      return failure;
    };
  }

  /** Returns when the broker serves clients. */
  void start() {
    controller.startup();
    if (afterUncleanStop) {
      forgetKilledPredecessor();
    }
    broker.startup();
  }

  /**
   * The controller would refuse our broker until the session of the killed one is over (18 s). We hold its directory, so it
   * is dead: strike it off the register. Its partitions stay assigned to the node's number, which is ours.
   */
  private void forgetKilledPredecessor() {
    var context = new ControllerRequestContext(
        new RequestHeaderData(), KafkaPrincipal.ANONYMOUS, OptionalLong.empty());
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (true) {
      try {
        controller
            .controller()
            .unregisterBroker(context, BrokerSettings.NODE_ID)
            .join();
        return;
      } catch (CompletionException e) {
        if (e.getCause() instanceof BrokerIdNotRegisteredException) {
          return; // killed before it had registered
        }
        if (!(e.getCause() instanceof NotControllerException) || System.nanoTime() > deadline) {
          // Only time is lost: registration succeeds when the old session has run out.
          log.warn("Cannot strike the killed broker off; its session must run out first", e);
          return;
        }
        LockSupport.parkNanos(
            Duration.ofMillis(5).toNanos()); // the only voter is about to win its election
      }
    }
  }

  /** The broker first: it says good-bye to the controller. */
  void stop() {
    try {
      broker.shutdown();
    } finally {
      controller.shutdown();
    }
  }
}
