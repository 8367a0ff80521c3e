package dev.talaria.cli.bench;

import dev.talaria.streams.StreamsProperties;
import dev.talaria.streams.TopologySettings;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;

/**
 * What Kafka Streams itself needs to take each record from one topic to another, with the settings of the real topology:
 * exactly once, one thread, the same commit interval. It reads nothing and keeps nothing.
 */
final class PassThrough implements AutoCloseable {
  private final KafkaStreams streams;

  PassThrough(TopologySettings settings, String application, String from, String to) {
    var topology = new Topology();
    topology.addSource("from", new ByteArrayDeserializer(), new ByteArrayDeserializer(), from);
    topology.addSink("to", to, new ByteArraySerializer(), new ByteArraySerializer(), "from");
    var all = new Properties();
    all.putAll(StreamsProperties.of(settings));
    all.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
    all.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
    streams = new KafkaStreams(topology, all);
  }

  void start() {
    streams.start();
  }

  boolean isRunning() {
    return streams.state() == KafkaStreams.State.RUNNING;
  }

  @Override
  public void close() {
    streams.close(CloseOptions.timeout(java.time.Duration.ofSeconds(10)));
  }
}
