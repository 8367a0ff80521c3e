package dev.talaria.streams;

import dev.talaria.protocol.message.Message;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import java.util.Map;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.processor.WallclockTimestampExtractor;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Counts failures and answers each transition that carries {@code decision_pending}. The rule itself is
 * {@link dev.talaria.protocol.policy.RetryRules}.
 *
 * <p>Guarantees, under exactly-once: one decision for each such transition that is not {@code backfill}, on its board's
 * partition of {@code decisions}, in the order of the transitions; none for any other. An event that comes again counts
 * once. A record that cannot be read or judged becomes a dead letter and the next one is judged.
 *
 * <p>State follows tasks that have failed and are open: a task's entry is dropped a day after it is done or archived.
 *
 * <pre>
 *   transitions (by board) -> read-transitions -> judge-failures -> decisions (by board)
 *                              |     |              |      |
 *                              |     +-> dead-letter       task-history, recent-failures
 *                              |
 *                              +-> watch-incidents -> incidents (by board)
 *                                        |
 *                                        recent-failures, incidents, incident-tasks, task-history
 * </pre>
 *
 * <p>Incidents are watched before failures are judged: a failure that opens one belongs to it.
 */
public final class DecisionTopology {
  /** Store: task key to what the policy remembers. */
  public static final String TASK_HISTORY = "task-history";

  /** Store: board and fingerprint to the failures that may be one. */
  public static final String RECENT_FAILURES = "recent-failures";

  /** Store: board, lane and fingerprint to the incident, for a day longer than it is open. */
  public static final String INCIDENTS = "incidents";

  /** Store: task key to the incidents that the task has to do with. */
  public static final String INCIDENT_TASKS = "incident-tasks";

  static final String SOURCE = "transitions";
  static final String READ = "read-transitions";
  static final String JUDGE = "judge-failures";
  static final String WATCH = "watch-incidents";
  static final String DECISIONS_SINK = "decisions";
  static final String INCIDENTS_SINK = "incidents";
  static final String DEAD_LETTER_SINK = "dead-letters";

  private final TopicCatalogue topics;
  private final Wire wire;
  private final DecisionListener listener;

  public DecisionTopology(TopicCatalogue topics, Wire wire, DecisionListener listener) {
    this.topics = topics;
    this.wire = wire;
    this.listener = listener;
  }

  /**
   * The whole topology.
   *
   * @throws org.apache.kafka.streams.errors.TopologyException when a store or an internal topic has no name of its own
   */
  public Topology build(Map<String, Object> properties) {
    var topology = new Topology(new TopologyConfig(new StreamsConfig(properties)));
    addTo(topology);
    return topology;
  }

  /** Adds the nodes and the stores, by their names: a name that changes loses its state. */
  void addTo(Topology topology) {
    // The wall clock, because no time of a record is used and an extractor that finds none throws.
    topology.addSource(
        AutoOffsetReset.earliest(),
        SOURCE,
        new WallclockTimestampExtractor(),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer(),
        topics.transitions());
    topology.addProcessor(READ, () -> new ReadProcessor(wire, listener, WATCH, JUDGE), SOURCE);
    topology.addProcessor(WATCH, () -> new IncidentProcessor(wire, listener), READ);
    topology.addProcessor(JUDGE, () -> new DecisionProcessor(wire, listener), READ);
    topology.addStateStore(store(TASK_HISTORY, TaskState.class), JUDGE, WATCH);
    topology.addStateStore(store(RECENT_FAILURES, RecentFailures.class), WATCH, JUDGE);
    topology.addStateStore(store(INCIDENTS, TrackedIncident.class), WATCH);
    topology.addStateStore(store(INCIDENT_TASKS, TaskIncidents.class), WATCH);
    var keys = new StringSerializer();
    // a tombstone stays one
    Serializer<Message> messages =
        (topic, message) -> message == null ? null : wire.encode(message);
    topology.addSink(
        INCIDENTS_SINK, topics.incidents(), keys, messages, new BoardPartitioner(), WATCH);
    topology.addSink(
        DECISIONS_SINK, topics.decisions(), keys, messages, new BoardPartitioner(), JUDGE);
    topology.addSink(DEAD_LETTER_SINK, topics.deadLetter(), keys, messages, READ, JUDGE);
  }

  private <V> StoreBuilder<KeyValueStore<String, V>> store(String name, Class<V> type) {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(name),
            Serdes.String(),
            new StateSerde<>(wire.mapper(), type))
        .withCachingDisabled()
        .withLoggingEnabled(CHANGELOG);
  }

  /** The active segment is never compacted; short ones keep the changelog, and with it a restore, small. */
  private static final Map<String, String> CHANGELOG =
      Map.of("segment.ms", "600000", "min.cleanable.dirty.ratio", "0.1");
}
