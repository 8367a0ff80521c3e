package dev.talaria.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.protocol.message.Message;
import dev.talaria.protocol.message.RelayCursor;
import dev.talaria.protocol.message.Transition;
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
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.FileRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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

  @Test
  void shouldTakeBackATransactionOfItsOwnThatKafkaLeftOpen(
      JavaProcesses processes, @TempDir Path directory) throws IOException {
    var broker = new BrokerProcess(processes, directory.resolve("broker")).start();
    try (var it = new BoardUnderTest(broker.bootstrapServers(), "own.", directory)) {
      it.create("a", 0);
      it.start();
      BoardUnderTest.until("it is published", () -> published(it).size() == 1);
      it.stop();
      broker.kill();
      String b = it.create("b", 0);
      leaveOpen(it, directory, it.topics.transitions(), BoardUnderTest.KEY + "#" + b, second(b));
      leaveOpen(it, directory, it.topics.relayCursors(), BoardUnderTest.KEY.toString(), cursor());
      broker.start();
      it.start();
      it.create("c", 0);
      BoardUnderTest.until("it goes on", () -> published(it).contains("1/3"));

      assertThat(published(it)).containsExactly("1/1", "1/2", "1/3");
    }
  }

  private static Transition second(String task) {
    return new Transition(
        BoardUnderTest.KEY, 1, 2, task, null, "created", 1, "ready", null, null, null);
  }

  private static RelayCursor cursor() {
    return new RelayCursor(BoardUnderTest.KEY, 1, 2, "digest", 0, 0, "topic", 0);
  }

  /**
   * Appends to a log what a broker leaves there that skips a transaction's end: the next record of the producer that wrote
   * last, and nothing behind it.
   */
  private static void leaveOpen(
      BoardUnderTest it, Path directory, String topic, String key, Message value)
      throws IOException {
    Path log = directory.resolve("broker/log/%s-%d/00000000000000000000.log"
        .formatted(topic, it.topics.partitionOf(BoardUnderTest.KEY)));
    try (var segment = FileRecords.open(log.toFile())) {
      RecordBatch last = null;
      for (RecordBatch batch : segment.batches()) {
        last = batch;
      }
      assertThat(last).as("the end of the last transaction").isNotNull();
      segment.append(MemoryRecords.withTransactionalRecords(
          last.nextOffset(),
          Compression.NONE,
          last.producerId(),
          last.producerEpoch(),
          0,
          last.partitionLeaderEpoch(),
          new SimpleRecord(last.maxTimestamp(), bytes(key), it.wire.encode(value))));
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
