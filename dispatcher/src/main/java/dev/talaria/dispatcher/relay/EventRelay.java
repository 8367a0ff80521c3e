package dev.talaria.dispatcher.relay;

import dev.talaria.board.Board;
import dev.talaria.board.event.EventLog;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.DeadLetter;
import dev.talaria.protocol.message.RelayCursor;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies a board's committed events to {@code transitions}, in id order, each exactly once as counted by read-committed
 * readers: the cursor moves in the same Kafka transaction. Any error but success closes the producer; a new one starts with
 * {@code initTransactions}, waits for what {@link HiddenRecords} names, and reads the cursor again, which alone settles a
 * commit of unknown outcome (REVIEW R17).
 *
 * <p>Owns one thread and one read-only connection to the board.
 */
public final class EventRelay implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EventRelay.class);
  private static final Duration LOOK = Duration.ofMillis(250);
  private static final long GATHER_NANOS = Duration.ofMillis(20).toNanos();
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final BoardKey key;
  private final Supplier<Board> boards;
  private final BoardLife life;
  private final RelayKafka kafka;
  private final TopicCatalogue topics;
  private final Wire wire;
  private final InstantSource clock;
  private final RelayListener listener;
  private final BatchBuilder batches;
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread;
  private volatile boolean closing;
  private volatile boolean startOver;
  private volatile boolean verified;

  /** Until the cursor is written anew, also by a later producer: a part of what was taken back may be read all the same. */
  private boolean takenBack;

  /**
   * A relay.
   *
   * @param boards opens the board for reading; called again when the file was replaced
   * @param life the board's owner
   */
  public EventRelay(
      BoardKey key,
      Supplier<Board> boards,
      BoardLife life,
      RelayKafka kafka,
      TopicCatalogue topics,
      Wire wire,
      InstantSource clock,
      RelayListener listener) {
    this.key = key;
    this.boards = boards;
    this.life = life;
    this.kafka = kafka;
    this.topics = topics;
    this.wire = wire;
    this.clock = clock;
    this.listener = listener;
    this.batches = new BatchBuilder(key, wire);
    this.thread = new Thread(this::run, "relay-" + key);
  }

  /** What the relay needs of Kafka. */
  public interface RelayKafka {
    /** A transactional producer for this board; {@code initTransactions} was not called yet. */
    Producer<byte[], byte[]> producer(BoardKey board);

    /** Reads cursors back. */
    CursorReader cursors();

    /** Makes readable what a cursor may be hidden behind. */
    HiddenRecords hidden();

    /** The id of the {@code transitions} topic as it is now; it is made if it is missing. */
    String transitionsTopicId();
  }

  public void start() {
    thread.start();
  }

  /** Something may have been committed. Cheap; from any thread. */
  public void nudge() {
    wake.release();
  }

  /** Whether it has found where the board stands on Kafka. */
  public boolean isVerified() {
    return verified;
  }

  /** The board's file was replaced, or the topic was: verify everything before the next batch. */
  public void startOver() {
    startOver = true;
    wake.release();
  }

  private void run() {
    Duration pause = FIRST_PAUSE;
    while (!closing) {
      try {
        relayUntilInterrupted();
        pause = FIRST_PAUSE;
      } catch (RuntimeException e) { // whatever it is, nothing else publishes this board
        listener.relayFailed(key);
        log.warn(
            "The relay of board '{}' starts again in {} ms: {}",
            key,
            pause.toMillis(),
            e.toString());
        log.debug("relay failure", e);
        awaitWakeOr(pause, true);
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0
            ? LONGEST_PAUSE
            : pause.multipliedBy(2);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** One life of a producer: verify, then copy until told to start over or to close. */
  private void relayUntilInterrupted() throws InterruptedException {
    startOver = false;
    Producer<byte[], byte[]> producer = kafka.producer(key);
    try (Board board = boards.get()) {
      producer.initTransactions();
      kafka.hidden().reveal(key, producer, () -> takenBack = true);
      var position = verify(board);
      life.published(position.start().event());
      life.verified(position.known());
      verified = true;
      copy(board, producer, position);
      producer.close(Duration.ofSeconds(2));
    } catch (RuntimeException e) {
      producer.close(Duration.ZERO);
      throw e;
    }
  }

  private void copy(Board board, Producer<byte[], byte[]> producer, Position position) {
    RelayCursor cursor = position.start();
    long seenVersion = -1;
    while (!closing && !startOver) {
      wake.drainPermits();
      long version = board.dataVersion();
      if (version != seenVersion) {
        seenVersion = version;
        cursor = copyAll(board, producer, cursor, position.backfillUpTo());
      }
      awaitWakeOr(LOOK, false);
    }
    if (closing) {
      copyAll(board, producer, cursor, position.backfillUpTo());
    }
  }

  private RelayCursor copyAll(
      Board board, Producer<byte[], byte[]> producer, RelayCursor from, long backfillUpTo) {
    RelayCursor cursor = from;
    while (true) {
      RelayCursor after = cursor;
      Optional<RelayBatch> batch =
          board.read(tx -> batches.next(tx, after, backfillUpTo, after.end()));
      if (batch.isEmpty()) {
        return cursor;
      }
      long began = System.nanoTime();
      cursor = publish(producer, batch.get());
      life.published(cursor.event());
      if (startOver) {
        return cursor;
      }
      if (batch.get().events().size() < BatchBuilder.MAX_EVENTS && !closing) {
        gatherSince(began);
      }
    }
  }

  /**
   * A batch goes out at once, the next one not before a while has passed: under load transactions are then shared by more
   * events, and the broker's work for them halves.
   */
  private void gatherSince(long began) {
    long left = GATHER_NANOS - (System.nanoTime() - began);
    try {
      TimeUnit.NANOSECONDS.sleep(Math.max(0, left));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closing = true;
    }
  }

  /**
   * One Kafka transaction. The cursor says how far the partition reaches at least once the batch is in it; the offsets are
   * read after the commit, so that nothing inside the transaction waits for the broker.
   */
  private RelayCursor publish(Producer<byte[], byte[]> producer, RelayBatch batch) {
    int partition = topics.partitionOf(key);
    Future<RecordMetadata> last = null;
    producer.beginTransaction();
    for (RelayBatch.Outgoing event : batch.events()) {
      byte[] recordKey = bytes(event.taskKey());
      if (event.value() != null) {
        last = producer.send(
            new ProducerRecord<>(topics.transitions(), partition, recordKey, event.value()));
      } else {
        listener.deadLettered(key);
        producer.send(
            new ProducerRecord<>(topics.deadLetter(), 0, recordKey, wire.encode(tooLarge(event))));
      }
    }
    RelayCursor cursor = withEnd(batch.cursor(), batch.cursor().end() + batch.sendable());
    producer.send(new ProducerRecord<>(
        topics.relayCursors(), partition, bytes(key.toString()), wire.encode(cursor)));
    producer.commitTransaction();
    takenBack = false;
    listener.relayed(
        key,
        batch.events().size(),
        Math.max(0, clock.instant().getEpochSecond() - batch.oldestAt()));
    batch.happenings().forEach(happening -> listener.happened(key, happening));
    return last == null ? cursor : withEnd(cursor, offsetOf(last) + 1);
  }

  private static long offsetOf(Future<RecordMetadata> committed) {
    try {
      return committed.get().offset();
    } catch (ExecutionException e) {
      throw new KafkaException("a committed record has no offset", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException(e);
    }
  }

  /**
   * Where to go on.
   *
   * @param start the cursor to go on from
   * @param backfillUpTo events up to here are history
   * @param known the recorded cursor, if there was one
   */
  private record Position(RelayCursor start, long backfillUpTo, Optional<RelayCursor> known) {}

  private Position verify(Board board) {
    String topicId = kafka.transitionsTopicId();
    Optional<RelayCursor> found = kafka.cursors().newest(key);
    long max = highestEvent(board);
    if (found.isEmpty()) {
      if (max > 0) {
        log.info("Board '{}' has no cursor: its {} events go out as backfill.", key, max);
      }
      long lineage = unpublishedLineage(nothing(life.lineage(), topicId));
      return new Position(nothing(lineage, topicId), max, found);
    }
    RelayCursor cursor = found.get();
    if (wasRestored(board, cursor)) {
      long lineage = life.startNextLineage(cursor);
      log.warn(
          "Board '{}' is not the file that was published last (event {} is missing or differs): lineage {} begins, and"
              + " its history goes out again as backfill.",
          key,
          cursor.event(),
          lineage);
      listener.lineageStarted(key);
      return new Position(nothing(lineage, topicId), highestEvent(board), found);
    }
    if (!cursor.topicId().equals(topicId)) {
      log.warn(
          "Topic '{}' was made again: the history of board '{}' goes out as backfill.",
          topics.transitions(),
          key);
      listener.topicReplaced(key);
      long lineage = unpublishedLineage(cursor);
      return new Position(nothing(lineage, topicId), cursor.event(), found);
    }
    long end = kafka.cursors().end(key);
    boolean cut = end < cursor.end();
    if (cut || takenBack) {
      long last = kafka.cursors().lastPublished(key, cursor.lineage());
      log.warn(
          "Board '{}' goes on from event {}, the last that is on '{}'.",
          key,
          last,
          topics.transitions());
      if (cut) {
        log.warn(
            "'{}' ends at {} although {} was accepted.", topics.transitions(), end, cursor.end());
        listener.topicReplaced(key);
      }
      var back = nothing(cursor.lineage(), topicId);
      return new Position(
          new RelayCursor(
              key, back.lineage(), last, "", cursor.run(), cursor.comment(), topicId, end),
          0,
          found);
    }
    return new Position(cursor, 0, found);
  }

  /** The recorded lineage, or the next where some of its events are on the topic already: none may be there twice. */
  private long unpublishedLineage(RelayCursor recorded) {
    long last = kafka.cursors().lastPublished(key, recorded.lineage());
    if (last == 0) {
      return recorded.lineage();
    }
    long lineage = life.startNextLineage(recorded);
    log.warn(
        "Events of board '{}' up to {} are on '{}' already, and its cursor is gone: lineage {} begins.",
        key,
        last,
        topics.transitions(),
        lineage);
    listener.lineageStarted(key);
    return lineage;
  }

  private boolean wasRestored(Board board, RelayCursor cursor) {
    if (cursor.event() == 0) {
      return false;
    }
    if (cursor.lineage() != life.lineage()) {
      return true;
    }
    return board
        .read(tx -> EventLog.find(tx, cursor.event()))
        .map(row -> !BatchBuilder.digest(row).equals(cursor.digest()))
        .orElseGet(() -> highestEvent(board) < cursor.event());
  }

  /** The highest id ever handed out by the file; rows may have been collected since. */
  private static long highestEvent(Board board) {
    return board.read(tx -> EventLog.sequences(tx).events());
  }

  private RelayCursor nothing(long lineage, String topicId) {
    return new RelayCursor(key, lineage, 0, "", 0, 0, topicId, 0);
  }

  private static RelayCursor withEnd(RelayCursor c, long end) {
    return new RelayCursor(
        c.board(), c.lineage(), c.event(), c.digest(), c.run(), c.comment(), c.topicId(), end);
  }

  private DeadLetter tooLarge(RelayBatch.Outgoing event) {
    String reason = "event %d is %d bytes; at most %d can be sent"
        .formatted(event.event(), event.size(), TopicCatalogue.MAX_MESSAGE_BYTES);
    return new DeadLetter(
        topics.transitions(), -1, -1, reason, event.taskKey(), null, event.size(), clock.millis());
  }

  private void awaitWakeOr(Duration limit, boolean always) {
    try {
      if (always) {
        // a failure is not mended by a nudge; only closing ends the pause early
        long until = System.nanoTime() + limit.toNanos();
        while (!closing && System.nanoTime() < until) {
          wake.tryAcquire(Math.max(1, until - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
      } else {
        wake.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closing = true;
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Copies what is committed, then stops; within {@code 10 s}, else it is left to the next start. */
  @Override
  public void close() {
    closing = true;
    wake.release();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(10));
      if (thread.isAlive()) {
        log.warn(
            "The relay of board '{}' did not stop in 10 s; what is left goes out at the next start.",
            key);
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the relay has to tell; calls are quick. */
  public interface RelayListener {
    void relayed(BoardKey board, int events, long lagSeconds);

    void relayFailed(BoardKey board);

    void deadLettered(BoardKey board);

    void lineageStarted(BoardKey board);

    void topicReplaced(BoardKey board);

    /** An event that tells something was published. */
    default void happened(BoardKey board, Happening happening) {}
  }
}
