package dev.talaria.streams;

import dev.talaria.protocol.message.Message;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.PolicyFold;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.streams.fleet.BoardBase;
import dev.talaria.streams.fleet.FleetTask;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Counts failures and answers each transition that carries {@code decision_pending}; and counts the fleet's tasks. The rule itself is
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
 *                              |     +-> dead-letter       task-history, recent-failures, burn
 *                              |
 *                              +-> watch-incidents -> incidents (by board)
 *                                        |
 *                              |         recent-failures, incidents, incident-tasks, task-history
 *                              |
 *                              +-> count-fleet -> fleet (by board)
 *                                        |
 *                              |         fleet-tasks, fleet-boards
 *                              |
 *                              +-> count-burn
 *                                        |
 *                                        burn, task-history
 * </pre>
 *
 * <p>Incidents are watched, and spending is counted, before failures are judged: a failure that opens an incident belongs
 * to it, and one that uses up a budget is the first that is stopped.
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

  /** Store: task key to what a task counts for. */
  public static final String FLEET_TASKS = "fleet-tasks";

  /** Store: board to what remains of tasks that were dropped. */
  public static final String FLEET_BOARDS = "fleet-boards";

  /** Store: board and lane to what its failed runs cost within a day, by hour and model. */
  public static final String BURN = "burn";

  static final String SOURCE = "transitions";
  static final String READ = "read-transitions";
  static final String COUNT_BURN = "count-burn";
  static final String JUDGE = "judge-failures";
  static final String WATCH = "watch-incidents";
  static final String COUNT = "count-fleet";
  static final String FLEET_SINK = "fleet";
  static final String DECISIONS_SINK = "decisions";
  static final String INCIDENTS_SINK = "incidents";
  static final String DEAD_LETTER_SINK = "dead-letters";

  private final TopicCatalogue topics;
  private final Wire wire;
  private final DecisionListener listener;
  private final Duration countedKept;

  public DecisionTopology(TopicCatalogue topics, Wire wire, DecisionListener listener) {
    this(topics, wire, listener, DecisionProcessor.CLOSED_KEPT);
  }

  /** @param countedKept how long the count of the fleet remembers a closed task */
  DecisionTopology(
      TopicCatalogue topics, Wire wire, DecisionListener listener, Duration countedKept) {
    this.topics = topics;
    this.wire = wire;
    this.listener = listener;
    this.countedKept = countedKept;
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
    topology.addSource(
        AutoOffsetReset.earliest(),
        SOURCE,
        new SentAt(),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer(),
        topics.transitions());
    var stores = new TaskStores();
    // one for all nodes: each record is asked for the same by three of them
    var policy = new PolicyFold(wire);
    topology.addProcessor(
        READ,
        () -> new ReadProcessor(wire, stores, listener, WATCH, COUNT_BURN, JUDGE, COUNT),
        SOURCE);
    topology.addProcessor(WATCH, () -> new IncidentProcessor(policy, stores, listener), READ);
    topology.addProcessor(COUNT_BURN, () -> new BurnProcessor(policy, stores, listener), READ);
    topology.addProcessor(JUDGE, () -> new DecisionProcessor(policy, stores, listener), READ);
    topology.addProcessor(COUNT, () -> new FleetProcessor(countedKept, stores, listener), READ);
    topology.addStateStore(perTask(TASK_HISTORY, TaskState.class), JUDGE, WATCH, COUNT_BURN);
    topology.addStateStore(small(RECENT_FAILURES, RecentFailures.class), WATCH, JUDGE);
    topology.addStateStore(hot(INCIDENTS, TrackedIncident.class), WATCH);
    topology.addStateStore(small(INCIDENT_TASKS, TaskIncidents.class), WATCH);
    topology.addStateStore(perTask(FLEET_TASKS, FleetTask.class), COUNT);
    topology.addStateStore(small(FLEET_BOARDS, BoardBase.class), COUNT);
    topology.addStateStore(hot(BURN, LaneBurn.class), COUNT_BURN, JUDGE);
    var keys = new StringSerializer();
    Serializer<Message> messages = new MessageSerializer(wire);
    topology.addSink(
        INCIDENTS_SINK, topics.incidents(), keys, messages, new BoardPartitioner(), WATCH);
    topology.addSink(
        DECISIONS_SINK, topics.decisions(), keys, messages, new BoardPartitioner(), JUDGE);
    topology.addSink(FLEET_SINK, topics.fleet(), keys, messages, new BoardPartitioner(), COUNT);
    topology.addSink(DEAD_LETTER_SINK, topics.deadLetter(), keys, messages, READ, JUDGE);
  }

  private <V> StoreBuilder<KeyValueStore<String, V>> perTask(String name, Class<V> type) {
    return store(Stores.persistentKeyValueStore(name), type).withCachingDisabled();
  }

  /** A store whose size does not follow the number of tasks, in memory: each one on disk makes a start longer, for each partition. */
  private <V> StoreBuilder<KeyValueStore<String, V>> small(String name, Class<V> type) {
    return store(Stores.inMemoryKeyValueStore(name), type).withCachingDisabled();
  }

  /** A few entries that change with every failure: what they came to is written with the next commit. */
  private <V> StoreBuilder<KeyValueStore<String, V>> hot(String name, Class<V> type) {
    return store(Stores.inMemoryKeyValueStore(name), type).withCachingEnabled();
  }

  private <V> StoreBuilder<KeyValueStore<String, V>> store(
      KeyValueBytesStoreSupplier supplier, Class<V> type) {
    return Stores.keyValueStoreBuilder(
            supplier, Serdes.String(), new StateSerde<>(wire.mapper(), type))
        .withLoggingEnabled(CHANGELOG);
  }

  /** The active segment is never compacted; short ones keep the changelog, and with it a restore, small. */
  private static final Map<String, String> CHANGELOG =
      Map.of("segment.ms", "600000", "min.cleanable.dirty.ratio", "0.1");
}
