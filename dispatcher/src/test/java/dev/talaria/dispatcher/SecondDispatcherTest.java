package dev.talaria.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.TaskIds;
import dev.talaria.dispatcher.inbox.ControlReader.TopicFacts;
import dev.talaria.dispatcher.lock.BoardLocks;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.service.config.KafkaConfig;
import dev.talaria.service.kafka.KafkaClients;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecondDispatcherTest {
  /** Nothing listens there: the locks are asked before Kafka is. */
  private static final String NOWHERE = "127.0.0.1:1";

  @TempDir
  Path directory;

  @Test
  void shouldBeginNothingOnAnyBoardWhereAnotherDispatcherServesOne() {
    var options = new BoardOptions(InstantSource.system(), TaskIds.random(new Random(1)));
    BoardFile free = board("free", options);
    BoardFile served = board("served", options);
    var topics = new TopicCatalogue("test.", 2);
    try (var first = new BoardLocks();
        var kafka = new AwayKafka()) {
      first.take(served, "first");
      var second = new Dispatcher(
          TestSettings.of("second", board -> new TestProcesses()),
          List.of(free, served),
          options,
          kafka,
          topics,
          new Wire(),
          InstantSource.system(),
          null,
          new Deeds());

      assertThatThrownBy(second::start).hasMessageContaining("another Talaria process");

      assertThat(Thread.getAllStackTraces().keySet())
          .extracting(Thread::getName)
          .noneMatch(name -> name.startsWith("board-second/"));
      try (var third = new BoardLocks()) {
        third.take(free, "third"); // it was let go
      }
    }
  }

  /** The producer is made with the dispatcher; nothing else of Kafka is asked for. */
  private static final class AwayKafka implements DispatcherKafka, AutoCloseable {
    private final Producer<byte[], byte[]> producer = new KafkaProducer<>(
        new KafkaClients(new KafkaConfig(NOWHERE, "test.", 2, (short) 1, 0, Map.of()), "test")
            .producer("producer"));

    @Override
    public Producer<byte[], byte[]> producer() {
      return producer;
    }

    @Override
    public Producer<byte[], byte[]> relayProducer(BoardKey board) {
      throw new IllegalStateException("nothing is relayed");
    }

    @Override
    public Consumer<byte[], byte[]> consumer() {
      throw new IllegalStateException("nothing is read");
    }

    @Override
    public Consumer<byte[], byte[]> uncommittedConsumer() {
      throw new IllegalStateException("nothing is read");
    }

    @Override
    public Map<String, TopicFacts> topics() {
      throw new IllegalStateException("no topic is looked at");
    }

    @Override
    public boolean isThere(String topic) {
      return false;
    }

    @Override
    public void close() {
      producer.close(Duration.ZERO);
    }
  }

  private BoardFile board(String slug, BoardOptions options) {
    Path db = directory.resolve(slug + ".db");
    Board.openOrCreate(db, options).close();
    return new BoardFile(
        new BoardKey("second", slug), db, directory, directory.resolve("w"), directory, true);
  }
}
