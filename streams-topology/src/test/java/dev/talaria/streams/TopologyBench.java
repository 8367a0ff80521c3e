package dev.talaria.streams;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.DeadLetter;
import dev.talaria.protocol.message.Decision;
import dev.talaria.protocol.message.FleetTable;
import dev.talaria.protocol.message.Incident;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.Burn;
import dev.talaria.protocol.policy.TaskHistory;
import dev.talaria.protocol.policy.Verdict;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.streams.fleet.FleetTask;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;

/** The topology with the settings that it runs with, and no broker. */
final class TopologyBench implements AutoCloseable {
  static final TopicCatalogue TOPICS = new TopicCatalogue("talaria.", 1);

  final Wire wire = new Wire();
  final BoardEvents board = new BoardEvents(wire, BoardEvents.BOARD);
  final List<Decision> heardDecisions = new ArrayList<>();
  final List<DeadLetter> heardLetters = new ArrayList<>();
  private final TopologyTestDriver driver;
  private final TestInputTopic<String, byte[]> transitions;
  private final TestOutputTopic<String, Decision> decisions;
  private final TestOutputTopic<String, DeadLetter> deadLetters;
  private final TestOutputTopic<String, byte[]> incidents;
  private final TestOutputTopic<String, FleetTable> fleet;

  TopologyBench(Path state) {
    this(state, DecisionListener.NONE);
  }

  TopologyBench(Path state, DecisionListener alsoHears) {
    this(state, alsoHears, Duration.ofHours(24));
  }

  TopologyBench(Path state, DecisionListener alsoHears, Duration countedKept) {
    var settings = TopologySettings.of("none:1", TOPICS, "alpha", state);
    var properties = StreamsProperties.of(settings);
    var topology =
        new DecisionTopology(TOPICS, wire, hear(alsoHears), countedKept).build(properties);
    var all = new Properties();
    all.putAll(properties);
    driver = new TopologyTestDriver(topology, all, Instant.parse("2027-01-15T08:00:00Z"));
    transitions = driver.createInputTopic(
        TOPICS.transitions(), new StringSerializer(), new ByteArraySerializer());
    decisions = driver.createOutputTopic(
        TOPICS.decisions(), new StringDeserializer(), reads(Decision.class));
    deadLetters = driver.createOutputTopic(
        TOPICS.deadLetter(), new StringDeserializer(), reads(DeadLetter.class));
    incidents = driver.createOutputTopic(
        TOPICS.incidents(), new StringDeserializer(), new ByteArrayDeserializer());
    fleet =
        driver.createOutputTopic(TOPICS.fleet(), new StringDeserializer(), reads(FleetTable.class));
  }

  private <T extends dev.talaria.protocol.message.Message> Deserializer<T> reads(Class<T> type) {
    return (topic, bytes) -> wire.decode(bytes, type);
  }

  private DecisionListener hear(DecisionListener also) {
    return new DecisionListener() {
      @Override
      public void decided(Decision decision) {
        heardDecisions.add(decision);
        also.decided(decision);
      }

      @Override
      public void spent(BoardKey key, String lane, String model, Burn burn) {
        also.spent(key, lane, model, burn);
      }

      @Override
      public void malformed(DeadLetter letter) {
        heardLetters.add(letter);
        also.malformed(letter);
      }

      @Override
      public void incidentOpened(Incident incident) {
        also.incidentOpened(incident);
      }

      @Override
      public void incidentProbe(Incident incident, IncidentFold.ProbeResult result) {
        also.incidentProbe(incident, result);
      }

      @Override
      public void incidents(String part, Collection<Incident> open) {
        also.incidents(part, open);
      }

      @Override
      public void counted(FleetTable.OfBoard table) {
        also.counted(table);
      }

      @Override
      public void released(BoardKey board) {
        also.released(board);
      }
    };
  }

  TopologyBench send(Transition transition) {
    transitions.pipeInput(transition.taskKey().toString(), wire.encode(transition));
    return this;
  }

  TopologyBench sendBytes(String key, byte[] value) {
    transitions.pipeInput(key, value);
    return this;
  }

  /** The decisions since the last call. */
  List<Decision> decisions() {
    return decisions.readValuesToList();
  }

  /** The one decision since the last call. */
  Verdict verdict() {
    var all = decisions();
    if (all.size() != 1) {
      throw new AssertionError("Expected one decision, not " + all);
    }
    return all.get(0).verdict();
  }

  /** Sends a record that asks for a decision and takes the answer. */
  Verdict judge(BoardEvents.Failure failure) {
    return send(failure.end()).verdict();
  }

  /** What was told of incidents since the last call; null for a tombstone. */
  List<KeyValue<String, Incident>> incidents() {
    return incidents.readKeyValuesToList().stream()
        .map(told -> KeyValue.pair(
            told.key, told.value == null ? null : wire.decode(told.value, Incident.class)))
        .toList();
  }

  /** The last that was told of an incident since the last call, once its numbers are told too. */
  Incident incident() {
    pass(IncidentProcessor.TELL_GROWTH);
    var all = incidents();
    if (all.isEmpty()) {
      throw new AssertionError("Nothing was told of any incident");
    }
    return all.get(all.size() - 1).value;
  }

  List<DeadLetter> deadLetters() {
    return deadLetters.readValuesToList();
  }

  /** The tables written since the last call, by key. */
  List<KeyValue<String, FleetTable>> fleet() {
    return fleet.readKeyValuesToList();
  }

  KeyValueStore<String, FleetTask> counted() {
    return driver.getKeyValueStore(DecisionTopology.FLEET_TASKS);
  }

  /** What is known of a task, or null. */
  TaskHistory history(String task) {
    TaskState state = tasks().get(BoardEvents.BOARD.task(task).toString());
    return state == null ? null : state.history();
  }

  KeyValueStore<String, TaskState> tasks() {
    return driver.getKeyValueStore(DecisionTopology.TASK_HISTORY);
  }

  KeyValueStore<String, RecentFailures> failures() {
    return driver.getKeyValueStore(DecisionTopology.RECENT_FAILURES);
  }

  KeyValueStore<String, TrackedIncident> trackedIncidents() {
    return driver.getKeyValueStore(DecisionTopology.INCIDENTS);
  }

  KeyValueStore<String, TaskIncidents> incidentTasks() {
    return driver.getKeyValueStore(DecisionTopology.INCIDENT_TASKS);
  }

  /** What has been written to a store's changelog since the last call: the last of each key; a tombstone is an empty one. */
  Map<String, Optional<byte[]>> changelog(String store) {
    var topic = driver.createOutputTopic(
        "talaria.topology-" + store + "-changelog",
        new StringDeserializer(),
        new ByteArrayDeserializer());
    var written = new HashMap<String, Optional<byte[]>>();
    topic.readKeyValuesToList().forEach(it -> written.put(it.key, Optional.ofNullable(it.value)));
    return written;
  }

  Set<String> storeNames() {
    return driver.getAllStateStores().keySet();
  }

  /** How many entries a store has. */
  long entries(String store) {
    long count = 0;
    try (var all = driver.getKeyValueStore(store).all()) {
      while (all.hasNext()) {
        all.next();
        count++;
      }
    }
    return count;
  }

  KeyValueStore<String, LaneBurn> burn() {
    return driver.getKeyValueStore(DecisionTopology.BURN);
  }

  void pass(Duration time) {
    driver.advanceWallClockTime(time);
  }

  @Override
  public void close() {
    driver.close();
  }
}
