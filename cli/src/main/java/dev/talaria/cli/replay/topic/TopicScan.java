package dev.talaria.cli.replay.topic;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Reads stretches of partitions to their ends. The records of a partition come in their order and on one thread; several
 * partitions are read at the same time. Nothing is kept: what a record says is up to its taker.
 */
public final class TopicScan {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration STALLED = Duration.ofSeconds(15);

  /** An orderly good-bye waits for a fetch that is under way, and nothing may come for {@code fetch.max.wait.ms}. */
  private static final CloseOptions AT_ONCE = CloseOptions.timeout(Duration.ZERO);

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final int threads;
  private final ScanProgress progress;

  /**
   * A scan.
   *
   * @param consumers makes read-committed consumers that have no group
   * @param threads at most; a partition is read by one
   */
  public TopicScan(
      Supplier<Consumer<byte[], byte[]>> consumers, int threads, ScanProgress progress) {
    this.consumers = consumers;
    this.threads = threads;
    this.progress = progress;
  }

  /** Takes the records of one partition. */
  @FunctionalInterface
  public interface Taker {
    void take(ConsumerRecord<byte[], byte[]> rec);
  }

  /**
   * Reads all stretches, and returns when that is done.
   *
   * @param takers what takes the records of a partition; asked for once each, in the order of the stretches
   * @throws KafkaException when Kafka fails, or stands still for 15 s
   */
  public void read(Collection<Stretch> stretches, Function<TopicPartition, Taker> takers) {
    List<Job> jobs = new ArrayList<>();
    stretches.forEach(it -> jobs.add(new Job(it, takers.apply(it.partition()))));
    jobs.removeIf(job -> job.stretch().length() == 0);
    // the longest first: the last one should be short
    jobs.sort(Comparator.comparingLong((Job job) -> job.stretch().length()).reversed());
    progress.begun(jobs.stream().mapToLong(job -> job.stretch().length()).sum());
    try {
      run(new ConcurrentLinkedQueue<>(jobs), Math.min(threads, jobs.size()));
    } finally {
      progress.ended();
    }
  }

  private record Job(Stretch stretch, Taker taker) {}

  private void run(Queue<Job> jobs, int readers) {
    if (readers <= 1) {
      readAll(jobs);
      return;
    }
    ExecutorService pool = Executors.newFixedThreadPool(readers);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < readers; i++) {
        running.add(pool.submit(() -> readAll(jobs)));
      }
      for (Future<?> reader : running) {
        reader.get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while reading", e);
    } finally {
      jobs.clear();
      pool.shutdownNow();
    }
  }

  private void readAll(Queue<Job> jobs) {
    Job job = jobs.poll();
    if (job == null) {
      return;
    }
    Consumer<byte[], byte[]> consumer = consumers.get();
    try {
      for (; job != null; job = jobs.poll()) {
        read(consumer, job.stretch(), job.taker());
      }
    } catch (RuntimeException e) { // whatever it is, the scan has failed: it is thrown on
      jobs.clear(); // the others need not go on for nothing
      throw e;
    } finally {
      consumer.close(AT_ONCE);
    }
  }

  private void read(Consumer<byte[], byte[]> consumer, Stretch stretch, Taker taker) {
    List<TopicPartition> partition = List.of(stretch.partition());
    consumer.assign(partition);
    consumer.seek(stretch.partition(), stretch.from());
    long at = stretch.from();
    long moved = System.nanoTime();
    while (at < stretch.to()) {
      poll(consumer, stretch, taker);
      // behind the last record there is the mark of its transaction
      long now = Math.min(stretch.to(), consumer.position(stretch.partition()));
      if (now > at) {
        progress.read(now - at);
        at = now;
        moved = System.nanoTime();
      } else if (System.nanoTime() - moved > STALLED.toNanos()) {
        throw new TimeoutException("%s stands at %d and does not reach %d"
            .formatted(stretch.partition(), at, stretch.to()));
      }
    }
  }

  private static void poll(Consumer<byte[], byte[]> consumer, Stretch stretch, Taker taker) {
    ConsumerRecords<byte[], byte[]> records;
    try {
      records = consumer.poll(POLL);
    } catch (OffsetOutOfRangeException e) {
      // the broker has just removed what is older than the topic keeps
      consumer.seekToBeginning(List.of(stretch.partition()));
      return;
    }
    for (ConsumerRecord<byte[], byte[]> rec : records) {
      if (rec.offset() < stretch.to()) {
        taker.take(rec);
      }
    }
  }
}
