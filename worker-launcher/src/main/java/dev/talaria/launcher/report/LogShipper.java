package dev.talaria.launcher.report;

import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.LogChunk;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what workers of other hosts' boards write to {@code worker-logs}, once a second where there is something new. Its
 * thread is its own: neither Kafka nor a slow disk holds up supervision. What Kafka did not take is sent again. How far
 * Kafka has it is noted in the run's directory, where a launcher that starts anew goes on; what was taken in the second
 * before a kill goes twice, and the reader passes over it.
 */
public final class LogShipper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LogShipper.class);
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private final Producer<byte[], byte[]> producer;
  private final TopicCatalogue topics;
  private final Wire wire;
  private final Map<RunKey, Followed> runs = new ConcurrentHashMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "log-shipper");

  public LogShipper(Producer<byte[], byte[]> producer, TopicCatalogue topics, Wire wire) {
    this.producer = producer;
    this.topics = topics;
    this.wire = wire;
    thread.setDaemon(true);
  }

  /** One run's output on its way. */
  private static final class Followed {
    private final RunDirectory directory;
    private final Path file;
    private volatile boolean ended;
    private long next;
    private long acknowledged;
    private long noted;

    Followed(RunDirectory directory, Path file, long shipped) {
      this.directory = directory;
      this.file = file;
      next = shipped;
      acknowledged = shipped;
      noted = shipped;
    }

    synchronized long acknowledged() {
      return acknowledged;
    }

    /** For a launcher that starts anew. A disk that takes no note is no reason not to send. */
    void note() {
      long reached = acknowledged();
      if (reached == noted) {
        return;
      }
      try {
        directory.shipped(reached);
        noted = reached;
      } catch (IOException e) {
        log.debug("How far the log of {} was sent cannot be noted: {}", directory.run(), e + "");
      }
    }

    synchronized long next() {
      return next;
    }

    synchronized void sent(long end) {
      next = end;
    }

    synchronized void acknowledged(long end) {
      acknowledged = Math.max(acknowledged, end);
    }

    /** Kafka did not take a piece: it goes again, with all that follows it. */
    synchronized void failed() {
      next = acknowledged;
    }

    synchronized boolean isAllThere(long size) {
      return acknowledged >= size;
    }
  }

  public void start() {
    thread.start();
  }

  /** Follows a run's output from its first byte on, or from where an earlier launcher was. */
  public void follow(RunDirectory directory, Path file) {
    runs.computeIfAbsent(directory.run(), run -> new Followed(directory, file, shipped(directory)));
  }

  private static long shipped(RunDirectory directory) {
    try {
      return directory.shipped();
    } catch (IOException e) {
      log.debug("The log of {} is sent from its beginning: {}", directory.run(), e.toString());
      return 0;
    }
  }

  /** Nothing is written any more: what is left is sent, and then the run is forgotten. */
  public void ended(RunKey run) {
    Followed followed = runs.get(run);
    if (followed != null) {
      followed.ended = true;
    }
  }

  private void run() {
    try {
      while (!closing.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        shipAll();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void shipAll() {
    for (Map.Entry<RunKey, Followed> one : runs.entrySet()) {
      try {
        if (ship(one.getKey(), one.getValue())) {
          runs.remove(one.getKey());
        }
      } catch (NoSuchFileException e) {
        if (one.getValue().ended) {
          runs.remove(one.getKey()); // it never wrote anything, or its directory is gone
        }
      } catch (KafkaException e) {
        log.debug("worker logs wait for Kafka: {}", e.toString());
        one.getValue().failed();
        return; // the others would wait for Kafka in vain, one after the other
      } catch (IOException | RuntimeException e) { // whatever it is, the other runs' logs go on
        log.warn("The log of run {} cannot be sent; it is tried again: {}", one.getKey(), e + "");
      }
    }
  }

  /** Sends what is new; true when all of an ended run's output is on the topic. */
  private boolean ship(RunKey run, Followed followed) throws IOException {
    followed.note();
    boolean ended = followed.ended; // before the size: what is written later does not count
    try (FileChannel channel = FileChannel.open(followed.file, StandardOpenOption.READ)) {
      long size = channel.size();
      LogPiece piece = LogPiece.next(followed.next(), size, ended).orElse(null);
      if (piece != null) {
        send(run, followed, chunk(run, channel, piece, ended));
      }
      return ended && followed.isAllThere(size);
    }
  }

  private static LogChunk chunk(RunKey run, FileChannel channel, LogPiece piece, boolean ended)
      throws IOException {
    byte[] bytes = read(channel, piece);
    int begin = piece.dropped() == 0 ? 0 : afterFirstNewline(bytes);
    int end = ended ? bytes.length : wholeCharacters(bytes);
    String text = new String(bytes, begin, Math.max(0, end - begin), StandardCharsets.UTF_8);
    return new LogChunk(
        run, piece.from() + begin, Math.max(0, end - begin), text, piece.dropped() + begin);
  }

  private void send(RunKey run, Followed followed, LogChunk chunk) {
    if (chunk.bytes() == 0) {
      return;
    }
    var rec = new ProducerRecord<>(
        topics.workerLogs(),
        topics.partitionOf(run.board()),
        run.toString().getBytes(StandardCharsets.UTF_8),
        wire.encode(chunk));
    followed.sent(chunk.end());
    producer.send(rec, (metadata, failure) -> {
      if (failure == null) {
        followed.acknowledged(chunk.end());
      } else {
        log.debug("a piece of the log of {} was not taken: {}", run, failure.toString());
        followed.failed();
      }
    });
  }

  private static byte[] read(FileChannel channel, LogPiece piece) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) (piece.to() - piece.from()));
    while (bytes.hasRemaining() && channel.read(bytes, piece.from() + bytes.position()) >= 0) {
      // until it is full, or the file is shorter than it was
    }
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  private static int afterFirstNewline(byte[] bytes) {
    for (int i = 0; i < bytes.length - 1; i++) {
      if (bytes[i] == '\n') {
        return i + 1;
      }
    }
    return 0;
  }

  /** Without the beginning of a character whose end is still to be written. */
  static int wholeCharacters(byte[] bytes) {
    for (int back = 1; back <= Math.min(3, bytes.length); back++) {
      int at = bytes.length - back;
      int value = bytes[at] & 0xFF;
      if (value < 0x80) {
        return bytes.length;
      }
      if (value >= 0xC0) {
        int needs = value >= 0xF0 ? 4 : value >= 0xE0 ? 3 : 2;
        return needs > back ? at : bytes.length;
      }
    }
    return bytes.length;
  }

  /** Sends what there is, for a moment. */
  @Override
  public void close() {
    closing.countDown();
    try {
      thread.join(LAST_WORDS.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    if (!thread.isAlive()) {
      shipAll();
    }
    runs.values().forEach(Followed::note);
  }
}
