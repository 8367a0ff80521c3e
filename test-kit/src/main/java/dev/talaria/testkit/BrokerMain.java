package dev.talaria.testkit;

import dev.talaria.broker.EmbeddedBroker;
import dev.talaria.broker.EmbeddedBrokerConfig;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A broker as a process of its own, for tests that kill it: {@code <directory> <port>}. */
public final class BrokerMain {
  /** What stands before the address on the line that says that it is up. */
  static final String READY = "broker ready at ";

  private BrokerMain() {}

  public static void main(String[] args) throws InterruptedException {
    var broker = new EmbeddedBroker(
        EmbeddedBrokerConfig.in(Path.of(args[0])).withPort(Integer.parseInt(args[1])));
    Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "broker-shutdown"));
    broker.start();
    System.out.println(READY + broker.bootstrapServers());
    new CountDownLatch(1).await(); // until a signal
  }
}
