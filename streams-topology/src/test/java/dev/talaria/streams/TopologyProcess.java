package dev.talaria.streams;

import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The topology alone in a JVM, to be killed: bootstrap, prefix, state directory, perhaps its name. */
final class TopologyProcess {
  static final String READY = "topology ready";

  private TopologyProcess() {}

  public static void main(String[] args) throws InterruptedException {
    var settings = TopologySettings.of(
            args[0],
            new TopicCatalogue(args[1], BoardsOnKafka.PARTITIONS),
            "alpha",
            Path.of(args[2]))
        .withInstance(args.length > 3 ? args[3] : "main");
    var service =
        new TopologyService(settings, new Wire(), DecisionListener.NONE, InstantSource.system());
    var ended = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      service.close(Duration.ofSeconds(10), false);
      ended.countDown();
    }));
    service.start();
    while (!service.isReady() && !ended.await(20, TimeUnit.MILLISECONDS)) {
      // The states of Streams between start and readiness are of no interest here.
    }
    System.out.println(READY);
    ended.await();
  }
}
