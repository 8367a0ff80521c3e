package dev.talaria.launcher.report;

import dev.talaria.launcher.LauncherListener;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.BoardCommand;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends commands to boards, and sends them again until the board has answered: after a while that doubles up to five
 * minutes, and at once when Kafka did not take them or the board's dispatcher has started anew. Commands of one board keep
 * their order. What it keeps can be told again from the run directories, so losing it loses nothing. Thread-safe.
 */
public final class CommandSender implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CommandSender.class);
  private static final long FIRST_WAIT_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long LONGEST_WAIT_NANOS = Duration.ofMinutes(5).toNanos();
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Producer<byte[], byte[]> producer;
  private final TopicCatalogue topics;
  private final Wire wire;
  private final LauncherListener listener;
  private final Map<String, Kept> kept = new LinkedHashMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "command-sender");

  public CommandSender(
      Producer<byte[], byte[]> producer,
      TopicCatalogue topics,
      Wire wire,
      LauncherListener listener) {
    this.producer = producer;
    this.topics = topics;
    this.wire = wire;
    this.listener = listener;
    thread.setDaemon(true);
  }

  private static final class Kept {
    private final BoardKey board;
    private final BoardCommand command;
    private long wait = FIRST_WAIT_NANOS;
    private long next;
    private volatile boolean failed;

    Kept(BoardKey board, BoardCommand command, long now) {
      this.board = board;
      this.command = command;
      this.next = now + FIRST_WAIT_NANOS;
    }
  }

  public void start() {
    thread.start();
  }

  /** Sends a command and keeps it until {@link #settled}. The same command again changes nothing. */
  public void send(BoardKey board, BoardCommand command) {
    synchronized (kept) {
      Kept fresh = new Kept(board, command, System.nanoTime());
      if (kept.putIfAbsent(command.commandId(), fresh) == null) {
        publish(fresh);
      }
    }
  }

  /** The board has answered; false when the command was not kept. */
  public boolean settled(String commandId) {
    synchronized (kept) {
      return kept.remove(commandId) != null;
    }
  }

  /** Whether the board's answer is still awaited. */
  public boolean isPending(String commandId) {
    synchronized (kept) {
      return kept.containsKey(commandId);
    }
  }

  public int pending() {
    synchronized (kept) {
      return kept.size();
    }
  }

  /** A dispatcher has started anew: it may not have what was sent to the one before. */
  public void repeatFor(List<BoardKey> boards) {
    synchronized (kept) {
      for (Kept one : kept.values()) {
        if (boards.contains(one.board)) {
          one.next = System.nanoTime();
        }
      }
    }
  }

  private void run() {
    try {
      while (!closing.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        repeatDue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void repeatDue() {
    synchronized (kept) {
      long now = System.nanoTime();
      for (Kept one : new ArrayList<>(kept.values())) {
        if (one.failed || now - one.next >= 0) {
          // Kafka did not take it, rather than the board not answering: waiting longer helps nobody
          one.wait = one.failed ? FIRST_WAIT_NANOS : Math.min(LONGEST_WAIT_NANOS, one.wait * 2);
          one.next = now + one.wait;
          one.failed = false;
          listener.reportRepeated();
          if (!publish(one)) {
            return; // the others would wait for Kafka in vain, one after the other
          }
        }
      }
    }
  }

  /** Gives it to the producer; false when that refused it. */
  private boolean publish(Kept one) {
    String key = one.board.toString();
    byte[] value = wire.encode(one.command);
    try {
      producer.send(
          new ProducerRecord<>(
              topics.commands(),
              topics.partitionOf(one.board),
              key.getBytes(StandardCharsets.UTF_8),
              value),
          (metadata, failure) -> {
            if (failure != null) {
              failed(one, failure);
            }
          });
      return true;
    } catch (KafkaException | IllegalStateException e) {
      failed(one, e);
      return false;
    }
  }

  /** On the producer's thread too, so without the lock: whoever has it may be waiting for that thread. */
  private static void failed(Kept one, Exception failure) {
    log.warn(
        "Command {} was not sent; it is sent again: {}",
        one.command.commandId(),
        failure.toString());
    one.failed = true;
  }

  @Override
  public void close() {
    closing.countDown();
    thread.interrupt();
  }
}
