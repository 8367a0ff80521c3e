package dev.talaria.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.testkit.BrokerProcess;
import dev.talaria.testkit.JavaProcesses;
import dev.talaria.testkit.TestBroker;
import dev.talaria.testkit.WithKafka;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.internal.FileRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No event is published twice because the cursor that says so could not be read. */
@WithKafka
@Timeout(180)
class HiddenRecordsIT {
  private static final String OTHERS = "other/board";

  private static List<String> published(BoardUnderTest it) {
    return it.transitions().stream()
        .filter(event -> event.board().equals(BoardUnderTest.KEY))
        .map(event -> event.lineage() + "/" + event.event())
        .toList();
  }

  @Test
  void shouldWaitForATransactionOfSomebodyElseThatHidesItsCursor(
      TestBroker broker, @TempDir Path directory) throws InterruptedException {
    try (var it = new BoardUnderTest(broker.bootstrapServers(), broker.prefix(), directory);
        var others = others(broker.bootstrapServers())) {
      it.create("a", 0);
      it.start();
      BoardUnderTest.until("it is published", () -> published(it).size() == 1);
      int partition = it.topics.partitionOf(BoardUnderTest.KEY);
      others.initTransactions();
      others.beginTransaction();
      for (String topic : List.of(it.topics.relayCursors(), it.topics.transitions())) {
        others.send(new ProducerRecord<>(topic, partition, bytes(OTHERS), null));
      }
      others.flush();
      it.create("b", 0);
      it.stop(); // publishes what is left

      it.deeds.all.clear();
      var restart = new Thread(it::start);
      restart.start();
      BoardUnderTest.until("it cannot go on", () -> it.deeds.told("relay failed"));
      assertThat(published(it)).containsExactly("1/1");
      others.abortTransaction();
      restart.join();
      it.create("c", 0);
      BoardUnderTest.until("it goes on", () -> published(it).contains("1/3"));

      assertThat(published(it)).containsExactly("1/1", "1/2", "1/3");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"transitions relay-cursors", "transitions", "relay-cursors"})
  void shouldTakeBackATransactionOfItsOwnThatKafkaLeftOpen(
      String on, JavaProcesses processes, @TempDir Path directory) throws IOException {
    var broker = new BrokerProcess(processes, directory.resolve("broker")).start();
    try (var it = new BoardUnderTest(broker.bootstrapServers(), "own.", directory)) {
      it.create("a", 0);
      it.start();
      BoardUnderTest.until("it is published", () -> published(it).size() == 1);
      it.create("b", 0);
      BoardUnderTest.until("the second is published", () -> published(it).size() == 2);
      it.stop();
      broker.kill();
      int partition = it.topics.partitionOf(BoardUnderTest.KEY);
      for (String topic : on.split(" ")) {
        cutEnd(directory.resolve(
            "broker/log/own.%s-%d/00000000000000000000.log".formatted(topic, partition)));
      }
      broker.start();
      it.start();
      it.create("c", 0);
      BoardUnderTest.until("it goes on", () -> published(it).contains("1/3"));

      assertThat(published(it)).containsExactly("1/1", "1/2", "1/3");
    }
  }

  /** Leaves a log as a broker does that skips the end of a transaction: its records, and nothing behind them. */
  private static void cutEnd(Path log) throws IOException {
    try (var segment = FileRecords.open(log.toFile())) {
      RecordBatch last = null;
      for (RecordBatch batch : segment.batches()) {
        last = batch;
      }
      assertThat(last).isNotNull();
      assertThat(last.isControlBatch()).as("the end of the last transaction").isTrue();
      segment.truncateTo(segment.sizeInBytes() - last.sizeInBytes());
      segment.flush();
    }
  }

  private static Producer<byte[], byte[]> others(String bootstrap) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", bootstrap, "transactional.id", OTHERS),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
