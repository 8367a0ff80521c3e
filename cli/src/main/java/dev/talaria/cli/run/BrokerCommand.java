package dev.talaria.cli.run;

import dev.talaria.broker.EmbeddedBroker;
import dev.talaria.broker.EmbeddedBrokerConfig;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Session;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The embedded broker in a process of its own, so that hosts can be tried out together before there is a cluster. */
@Command(
    name = "broker",
    description =
        "Run a Kafka broker on its own, for trying out a fleet: one node, one copy of each record.",
    footer = {
      "",
      "Example: talaria broker --listen 10.0.0.5:9092 --without-authentication",
      "Other services of the same home find it by themselves; others take --kafka ADDRESS:PORT."
    })
public final class BrokerCommand implements Callable<Integer> {
  private static final int HIGHEST_PORT = 65_535;

  private final Session session;

  @Option(
      names = "--listen",
      paramLabel = "ADDRESS:PORT",
      defaultValue = "127.0.0.1:9092",
      description =
          "Where clients find it; port 0 takes any free one and keeps it. Default: 127.0.0.1:9092.")
  private String listen = "127.0.0.1:9092";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where it keeps its records. Default: talaria/kafka in the home.")
  private @Nullable Path data;

  @Option(
      names = "--without-authentication",
      description =
          "Listen on another address than loopback, where everybody who reaches it may read and write everything.")
  private boolean open;

  public BrokerCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws Exception {
    return ServiceStart.told(this::run);
  }

  /**
   * Where to listen.
   *
   * @param address a number or a name
   * @param port 0 for any
   */
  record Listen(String address, int port) {
    static Listen parse(String text) {
      int colon = text.lastIndexOf(':');
      String address = colon < 0 ? "" : text.substring(0, colon);
      String port = text.substring(colon + 1);
      if (address.isBlank()
          || address.contains(":")
          || !port.matches("[0-9]{1,5}")
          || Integer.parseInt(port) > HIGHEST_PORT) {
        throw CliFailure.usage(
            "--listen is '%s'; expected ADDRESS:PORT, such as 127.0.0.1:9092.".formatted(text));
      }
      return new Listen(address, Integer.parseInt(port));
    }

    boolean isLoopback() {
      try {
        return InetAddress.getByName(address).isLoopbackAddress();
      } catch (UnknownHostException e) {
        return false;
      }
    }
  }

  private int run() throws IOException, InterruptedException {
    Listen where = Listen.parse(listen);
    if (!where.isLoopback() && !open) {
      throw CliFailure.usage(
          ("--listen %s: this broker asks nobody who he is, so everybody who reaches that address could start workers on your hosts."
                  + " Use 127.0.0.1, a Kafka cluster of your own, or say --without-authentication where the network is yours alone.")
              .formatted(listen));
    }
    Path directory = data == null ? session.home().root().resolve("talaria/kafka") : data;
    var failed = new CompletableFuture<Throwable>();
    try (var broker = new EmbeddedBroker(EmbeddedBrokerConfig.in(directory)
        .withAddress(where.address())
        .withPort(where.port())
        .withOnFailure(failed::complete))) {
      Thread hook = new Thread(() -> stop(broker), "stop");
      Runtime.getRuntime().addShutdownHook(hook);
      try {
        broker.start();
        // other services of this home find it here
        Files.writeString(directory.resolve("bootstrap"), broker.bootstrapServers() + "\n");
        session.out().printf("kafka     %s%n", broker.bootstrapServers());
        session.out().printf("ready     Ctrl-C stops it%n");
        session.out().flush();
        throw CliFailure.failed("The broker has failed: " + failed.get().getMessage());
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause());
      } finally {
        ServiceStart.withdraw(hook);
      }
    }
  }

  private void stop(EmbeddedBroker broker) {
    session.err().println("stopping ...");
    session.err().flush();
    broker.close();
    session.err().println("stopped");
    session.err().flush();
    Runtime.getRuntime().halt(0);
  }
}
