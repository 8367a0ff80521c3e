package dev.talaria.dispatcher.log;

import dev.talaria.dispatcher.BoardFile;
import dev.talaria.dispatcher.DispatcherKafka;
import dev.talaria.dispatcher.inbox.ControlReader.TopicFacts;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.LogChunk;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.service.LogRotation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the logs of workers on other hosts readable on the board's own: reads {@code worker-logs} for the boards of this host
 * and appends to their log files. Nothing else waits for it. Offsets are kept in a file: what is read twice is written once.
 */
public final class WorkerLogs implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WorkerLogs.class);
  private static final CloseOptions AT_ONCE = CloseOptions.timeout(Duration.ZERO);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final long SAVE_EVERY_NANOS = Duration.ofSeconds(5).toNanos();
  private static final Duration STOPS_WITHIN = Duration.ofSeconds(3);

  private final DispatcherKafka kafka;
  private final TopicCatalogue topics;
  private final Wire wire;
  private final Map<BoardKey, RemoteLogs> boards = new HashMap<>();
  private final LogOffsets offsets;
  private final FailedPieces failed = new FailedPieces();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "worker-logs");
  private volatile @Nullable Consumer<byte[], byte[]> current;

  /**
   * @param directory where it is remembered what was read
   * @param rotation of a task's log, when a run of it begins
   */
  public WorkerLogs(
      DispatcherKafka kafka,
      TopicCatalogue topics,
      Wire wire,
      List<BoardFile> files,
      Path directory,
      LogRotation rotation) {
    this.kafka = kafka;
    this.topics = topics;
    this.wire = wire;
    this.offsets = new LogOffsets(directory.resolve("offsets"));
    for (BoardFile file : files) {
      Path progress = directory.resolve(file.key().slug());
      boards.put(file.key(), new RemoteLogs(file.logs(), progress, rotation));
    }
    thread.setDaemon(true);
  }

  /** Begins to read. */
  public void start(Instant now) {
    boards.values().forEach(board -> board.forgetOld(now));
    thread.start();
  }

  private void run() {
    try {
      do {
        try {
          readUntilClosed();
        } catch (WakeupException e) {
          log.debug("worker logs woken");
        } catch (IOException | RuntimeException e) { // it is read again: nothing is lost
          log.warn("Reading worker logs starts again in {} s: {}", PAUSE.toSeconds(), e.toString());
        }
      } while (!closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isClosing() {
    return closing.getCount() == 0;
  }

  private void readUntilClosed() throws IOException {
    Consumer<byte[], byte[]> consumer = kafka.consumer();
    try {
      current = consumer;
      String topicId = assign(consumer);
      long saved = System.nanoTime();
      while (!isClosing()) {
        try {
          for (ConsumerRecord<byte[], byte[]> rec : consumer.poll(POLL)) {
            take(rec);
            offsets.put(rec.partition(), topicId, rec.offset() + 1);
          }
        } catch (InvalidOffsetException e) {
          consumer.seekToBeginning(e.partitions());
        }
        if (System.nanoTime() - saved > SAVE_EVERY_NANOS) {
          saved = System.nanoTime();
          offsets.save();
        }
      }
    } finally {
      current = null;
      consumer.close(AT_ONCE);
      offsets.save();
    }
  }

  private String assign(Consumer<byte[], byte[]> consumer) throws IOException {
    TopicFacts facts = kafka.topics().get(topics.workerLogs());
    if (facts == null) {
      throw new IllegalStateException("topic '%s' is not there yet".formatted(topics.workerLogs()));
    }
    List<TopicPartition> partitions = boards.keySet().stream()
        .map(topics::partitionOf)
        .distinct()
        .map(partition -> new TopicPartition(topics.workerLogs(), partition))
        .toList();
    consumer.assign(partitions);
    offsets.load();
    for (TopicPartition partition : partitions) {
      long next = offsets.next(partition.partition(), facts.id());
      if (next < 0) {
        consumer.seekToBeginning(List.of(partition));
      } else {
        consumer.seek(partition, next);
      }
    }
    return facts.id();
  }

  private void take(ConsumerRecord<byte[], byte[]> rec) throws IOException {
    LogChunk chunk;
    try {
      chunk = wire.decode(rec.value(), LogChunk.class);
    } catch (MalformedMessageException | IllegalArgumentException e) {
      log.warn(
          "The record at {}-{}@{} is passed over: {}",
          rec.topic(),
          rec.partition(),
          rec.offset(),
          e.getMessage());
      return;
    }
    RemoteLogs own = boards.get(chunk.run().board());
    if (own != null) {
      append(own, chunk);
    }
  }

  /** One log that cannot be written must not keep the others away. */
  private void append(RemoteLogs own, LogChunk chunk) throws IOException {
    try {
      own.append(chunk);
      failed.written(chunk.run());
    } catch (IOException e) {
      if (failed.isWorthATry(chunk.run())) {
        throw e;
      }
      log.warn("A piece of the log of run {} is left out: {}", chunk.run(), e.toString());
    }
  }

  /** Stops reading; what was read is on the disk. Idempotent. */
  @Override
  public void close() {
    closing.countDown();
    Consumer<byte[], byte[]> reading = current;
    if (reading != null) {
      reading.wakeup();
    }
    try {
      thread.join(STOPS_WITHIN.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
