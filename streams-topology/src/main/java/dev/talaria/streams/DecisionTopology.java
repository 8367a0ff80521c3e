package dev.talaria.streams;

import dev.talaria.protocol.message.Message;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.WallclockTimestampExtractor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
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
 *   transitions (by board) -> judge-failures -> decisions (by board)
 *                              |        |    -> dead-letter
 *                       task-history  recent-failures
 * </pre>
 */
public final class DecisionTopology {
  /** Store: task key to what the policy remembers. */
  public static final String TASK_HISTORY = "task-history";

  /** Store: board and fingerprint to the failures that may be one. */
  public static final String RECENT_FAILURES = "recent-failures";

  static final String DECISIONS_SINK = "decisions";
  static final String DEAD_LETTER_SINK = "dead-letters";

  private final TopicCatalogue topics;
  private final Wire wire;
  private final DecisionListener listener;

  public DecisionTopology(TopicCatalogue topics, Wire wire, DecisionListener listener) {
    this.topics = topics;
    this.wire = wire;
    this.listener = listener;
  }

  /** Adds the nodes and the stores. */
  public void addTo(StreamsBuilder builder) {
    // The wall clock, because no time of a record is used and an extractor that finds none throws.
    KStream<byte[], byte[]> transitions = builder.stream(
        topics.transitions(),
        Consumed.with(Serdes.ByteArray(), Serdes.ByteArray())
            .withName("transitions")
            .withTimestampExtractor(new WallclockTimestampExtractor())
            .withOffsetResetPolicy(AutoOffsetReset.earliest()));
    KStream<String, Message> answers =
        transitions.process(new Supplier(), Named.as("judge-failures"));
    Serde<Message> messages = new MessageSerde(wire);
    answers.to(
        topics.decisions(),
        Produced.<String, Message>as(DECISIONS_SINK)
            .withKeySerde(Serdes.String())
            .withValueSerde(messages)
            .withStreamPartitioner(new BoardPartitioner()));
    answers.to(
        topics.deadLetter(),
        Produced.<String, Message>as(DEAD_LETTER_SINK)
            .withKeySerde(Serdes.String())
            .withValueSerde(messages));
  }

  /**
   * The whole topology.
   *
   * @throws org.apache.kafka.streams.errors.TopologyException when a store or an internal topic has no name of its own
   */
  public Topology build(Map<String, Object> properties) {
    var builder = new StreamsBuilder(new TopologyConfig(new StreamsConfig(properties)));
    addTo(builder);
    return builder.build();
  }

  private final class Supplier implements ProcessorSupplier<byte[], byte[], String, Message> {
    @Override
    public Processor<byte[], byte[], String, Message> get() {
      return new DecisionProcessor(wire, listener);
    }

    @Override
    public Set<StoreBuilder<?>> stores() {
      return Set.of(
          store(TASK_HISTORY, TaskState.class), store(RECENT_FAILURES, RecentFailures.class));
    }

    private <V> StoreBuilder<KeyValueStore<String, V>> store(String name, Class<V> type) {
      return Stores.keyValueStoreBuilder(
              Stores.persistentKeyValueStore(name),
              Serdes.String(),
              new StateSerde<>(wire.mapper(), type))
          .withCachingDisabled()
          .withLoggingEnabled(CHANGELOG);
    }
  }

  /** The active segment is never compacted; short ones keep the changelog, and with it a restore, small. */
  private static final Map<String, String> CHANGELOG =
      Map.of("segment.ms", "600000", "min.cleanable.dirty.ratio", "0.1");
}
