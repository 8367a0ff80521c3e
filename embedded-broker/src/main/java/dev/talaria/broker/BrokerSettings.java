package dev.talaria.broker;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/**
 * The settings of a broker that serves one machine, each with what it is for. With stock settings an idle broker costs 5 %
 * of a core and a 128 MiB buffer, keeps readers waiting for 20 s after a producer was killed in a transaction, and cannot
 * make its own internal topics.
 */
public final class BrokerSettings {
  /** Kafka's key to value, in the order of the comments in the source. */
  public static final Map<String, String> DEFAULTS = Collections.unmodifiableMap(defaults());

  static final int NODE_ID = 1;
  static final String CLIENT_LISTENER = "PLAINTEXT";
  static final String CONTROLLER_LISTENER = "CONTROLLER";
  static final String LOOPBACK = "127.0.0.1";

  private BrokerSettings() {}

  private static Map<String, String> defaults() {
    var table = new LinkedHashMap<String, String>();

    // One node: internal topics must not ask for three replicas, and one partition of each is
    // enough. Stock: 50 each,
    // which is 150 directories and as many open segments.
    table.put("offsets.topic.num.partitions", "1");
    table.put("offsets.topic.replication.factor", "1");
    table.put("transaction.state.log.num.partitions", "1");
    table.put("transaction.state.log.replication.factor", "1");
    table.put("transaction.state.log.min.isr", "1");
    table.put("share.coordinator.state.topic.num.partitions", "1");
    table.put("share.coordinator.state.topic.replication.factor", "1");
    table.put("share.coordinator.state.topic.min.isr", "1");
    table.put("default.replication.factor", "1");
    table.put("min.insync.replicas", "1");
    table.put("num.partitions", "1");
    // A misspelt topic must be an error, not a new topic with the wrong partition count.
    table.put("auto.create.topics.enable", "false");
    table.put("auto.leader.rebalance.enable", "false");

    // Idle cost. The controller else appends a record to its log twice a second, for ever.
    table.put("metadata.max.idle.interval.ms", "0");
    table.put("num.io.threads", "2");
    table.put("num.network.threads", "1");
    table.put("background.threads", "1");
    table.put("num.recovery.threads.per.data.dir", "2");
    table.put("group.coordinator.threads", "1");
    table.put("group.coordinator.background.threads", "1");
    table.put("share.coordinator.threads", "1");
    // The broker beats only to the controller in its own JVM, and nobody could take over from it:
    // to
    // miss its beats (a suspended machine, a frozen container) must not take the partitions from
    // it.
    // Worse, a commit under way at that moment is never written to them (4.3.1), and its records
    // are
    // committed again with the next one. 24 days: an int's limit.
    table.put("broker.heartbeat.interval.ms", "5000");
    table.put("broker.session.timeout.ms", "2073600000");
    // How often the cleaner looks for something to compact; stock 15 s wakes it for nothing.
    table.put("log.cleaner.backoff.ms", "60000");
    // Heap: stock is 128 MiB for the cleaner's table of keys. 4 MiB holds 150,000 keys a round.
    table.put("log.cleaner.dedupe.buffer.size", "4194304");
    table.put("log.cleaner.io.buffer.size", "131072");
    // Address space and disk: two index files per partition are made at full length.
    table.put("log.index.size.max.bytes", "1048576");
    table.put("log.segment.bytes", "134217728");
    table.put("offsets.topic.segment.bytes", "16777216");
    table.put("transaction.state.log.segment.bytes", "16777216");
    table.put("share.coordinator.state.topic.segment.bytes", "16777216");
    table.put("socket.send.buffer.bytes", "65536");
    table.put("socket.receive.buffer.bytes", "65536");

    // Above the 900,000 bytes that no message of ours exceeds, with room for headers and batch.
    table.put("message.max.bytes", "1048588");

    // Relay transactions. Stock waits 20 ms when the transaction before is not wholly written yet:
    // 16 to 26 ms per
    // commit instead of 4 to 9.
    table.put("add.partitions.to.txn.retry.backoff.ms", "1");
    // Overdue transactions are looked for each second (stock 10 s), so a producer killed in a 3 s
    // transaction holds
    // read-committed readers 3.4 s instead of 9.3.
    table.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
    // A board may be quiet for weeks; its relay's transactional id is not to expire under it. 24
    // days: an int's limit.
    table.put("transactional.id.expiration.ms", "2073600000");

    // Groups. Nothing is gained by waiting for more members on one machine.
    table.put("group.initial.rebalance.delay.ms", "0");
    table.put("group.streams.initial.rebalance.delay.ms", "0");
    // A year: a topology that was stopped for a holiday must not start from the beginning.
    table.put("offsets.retention.minutes", "525600");

    // Share groups. Stock admits 200 launchers; the 201st gets an exception from poll.
    table.put("group.share.max.size", "1000");
    // A new lane topic reaches a member at its next beat: 9.7 s with stock settings, 1.5 s with
    // these.
    table.put("group.share.heartbeat.interval.ms", "1000");
    table.put("group.share.min.heartbeat.interval.ms", "1000");
    table.put("group.share.assignment.interval.ms", "0");
    table.put("group.share.initialize.retry.interval.ms", "1000");
    // A killed member is forgotten after 15 s, stock 45 s.
    table.put("group.share.session.timeout.ms", "15000");
    table.put("group.share.min.session.timeout.ms", "6000");
    // Offers are hints and renewed: the most deliveries that Kafka allows, since beyond them it
    // drops the record.
    table.put("group.share.delivery.count.limit", "10");
    // What a killed launcher had taken comes back after this time; a launcher accepts within
    // milliseconds.
    table.put("group.share.record.lock.duration.ms", "15000");
    table.put("group.share.min.record.lock.duration.ms", "1000");

    // A clean stop takes the broker off duty, so that the next start need not wait for its session
    // to run out.
    table.put("controlled.shutdown.enable", "true");
    // Elections with one voter are won at the first try.
    table.put("controller.quorum.election.timeout.ms", "500");
    table.put("controller.quorum.append.linger.ms", "0");
    return table;
  }

  /** All of the broker's properties: the table, the caller's on top, then what is not up for choice. */
  static Properties properties(
      EmbeddedBrokerConfig config, DataDirectory directory, int clientPort, int controllerPort) {
    var all = new Properties();
    all.putAll(DEFAULTS);
    all.putAll(config.settings());
    all.put("server.max.startup.time.ms", Long.toString(config.startTimeout().toMillis()));
    all.put("process.roles", "broker,controller");
    all.put("node.id", Integer.toString(NODE_ID));
    all.put("log.dirs", directory.logs().toString());
    all.put(
        "listeners",
        "%s://%s:%d,%s://%s:%d"
            .formatted(
                CLIENT_LISTENER,
                config.address(),
                clientPort,
                CONTROLLER_LISTENER,
                LOOPBACK,
                controllerPort));
    all.put(
        "advertised.listeners",
        "%s://%s:%d".formatted(CLIENT_LISTENER, config.address(), clientPort));
    all.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    all.put("inter.broker.listener.name", CLIENT_LISTENER);
    all.put("controller.listener.names", CONTROLLER_LISTENER);
    all.put("controller.quorum.voters", "%d@%s:%d".formatted(NODE_ID, LOOPBACK, controllerPort));
    return all;
  }
}
