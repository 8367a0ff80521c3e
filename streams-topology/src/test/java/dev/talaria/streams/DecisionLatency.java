package dev.talaria.streams;

import dev.talaria.protocol.message.Decision;
import dev.talaria.protocol.message.Wire;
import dev.talaria.testkit.OwnBroker;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Prints how long it takes from sending a transition to reading its committed decision, on the embedded broker in the same
 * JVM: {@code <failures per second> <how many> [kafka property=value ...]}. A rate of 0 sends all at once.
 */
final class DecisionLatency {
  private DecisionLatency() {}

  public static void main(String[] args) throws Exception {
    int rate = Integer.parseInt(args[0]);
    int count = Integer.parseInt(args[1]);
    var overrides = new HashMap<String, String>();
    for (String arg : List.of(args).subList(2, args.length)) {
      overrides.put(arg.substring(0, arg.indexOf('=')), arg.substring(arg.indexOf('=') + 1));
    }
    try (var broker = new OwnBroker().start();
        var kafka = new BoardsOnKafka(broker);
        var service = new TopologyService(
            TopologySettings.of(
                    broker.bootstrapServers(),
                    kafka.topics,
                    "alpha",
                    Files.createTempDirectory("talaria-latency-"))
                .withKafka(overrides),
            new Wire(),
            DecisionListener.NONE,
            InstantSource.system())) {
      service.start();
      var board = new BoardEvents(kafka.wire, BoardEvents.BOARD);
      run(broker, kafka, board, 100, 300);
      var times = run(broker, kafka, board, rate, count);
      Collections.sort(times);
      System.out.printf(
          "%d/s, %d failures: p50 %.1f ms, p90 %.1f, p99 %.1f, max %.1f%n",
          rate, count, at(times, 0.5), at(times, 0.9), at(times, 0.99), at(times, 1));
      idle();
    }
  }

  private static List<Long> run(
      OwnBroker broker, BoardsOnKafka kafka, BoardEvents board, int rate, int count)
      throws Exception {
    var policy = new Policies().limit(1_000_000).build();
    var sent = new ConcurrentHashMap<Long, Long>();
    var times = new ArrayList<Long>();
    var partition =
        new TopicPartition(kafka.topics.decisions(), kafka.topics.partitionOf(BoardEvents.BOARD));
    try (var consumer = new KafkaConsumer<>(
        Map.<String, Object>of(
            "bootstrap.servers",
            broker.bootstrapServers(),
            "isolation.level",
            "read_committed",
            "enable.auto.commit",
            "false"),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToEnd(List.of(partition));
      consumer.position(partition);
      var writer = new Thread(() -> write(kafka, board, policy, rate, count, sent), "writer");
      writer.start();
      long begun = System.nanoTime();
      while (times.size() < count) {
        for (var record : consumer.poll(Duration.ofSeconds(1))) {
          long event = kafka.wire.decode(record.value(), Decision.class).event();
          times.add(System.nanoTime() - sent.get(event));
        }
      }
      writer.join();
      System.out.printf("%d decisions in %d ms%n", count, (System.nanoTime() - begun) / 1_000_000);
    }
    return times;
  }

  private static void write(
      BoardsOnKafka kafka,
      BoardEvents board,
      dev.talaria.protocol.policy.RetryPolicy policy,
      int rate,
      int count,
      Map<Long, Long> sent) {
    var never = new CountDownLatch(1);
    long begun = System.nanoTime();
    try {
      for (int i = 0; i < count; i++) {
        var failure = board.failed("t_" + i % 50, policy).end();
        sent.put(failure.event(), System.nanoTime());
        kafka.send(failure);
        long due = rate == 0 ? 0 : begun + (i + 1) * 1_000_000_000L / rate;
        never.await(Math.max(0, due - System.nanoTime()), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** CPU of the whole JVM, broker included, with nothing to do. */
  private static void idle() throws InterruptedException {
    var process =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    var never = new CountDownLatch(1);
    never.await(5, TimeUnit.SECONDS);
    long cpu = process.getProcessCpuTime();
    long begun = System.nanoTime();
    never.await(20, TimeUnit.SECONDS);
    System.out.printf(
        "idle: %.1f %% of a core, broker included%n",
        100.0 * (process.getProcessCpuTime() - cpu) / (System.nanoTime() - begun));
  }

  private static double at(List<Long> sorted, double share) {
    return sorted.get((int) Math.min(sorted.size() - 1, sorted.size() * share)) / 1e6;
  }
}
