package dev.talaria.testkit;

import dev.talaria.broker.EmbeddedBroker;
import dev.talaria.broker.EmbeddedBrokerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A broker that belongs to one test, which may stop, restart and wipe it. It keeps its address over restarts and over
 * {@link #wipe()}. Always embedded; {@link BrokerProcess} is the one that can be killed.
 */
public final class OwnBroker implements TestBroker, AutoCloseable {
  private final Path directory;
  private final Map<String, String> settings;
  private int port;
  private @Nullable EmbeddedBroker running;

  public OwnBroker() {
    this(Map.of());
  }

  /** With broker settings on top of the embedded broker's. */
  public OwnBroker(Map<String, String> settings) {
    try {
      directory = Files.createTempDirectory("talaria-own-broker-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.settings = Map.copyOf(settings);
  }

  /** Returns when clients can connect; nothing happens when it runs. */
  public synchronized OwnBroker start() {
    if (running == null) {
      var broker =
          new EmbeddedBroker(EmbeddedBrokerConfig.in(data()).withPort(port).withSettings(settings));
      broker.start();
      running = broker;
      port = Integer.parseInt(broker.bootstrapServers().split(":", 2)[1]);
    }
    return this;
  }

  /** Clients are cut off; data stays. */
  public synchronized OwnBroker stop() {
    if (running != null) {
      running.close();
      running = null;
    }
    return this;
  }

  public synchronized OwnBroker restart() {
    return stop().start();
  }

  /** Stops it and removes all it knew: the next start is a new cluster at the same address. */
  public synchronized OwnBroker wipe() {
    stop();
    Trees.delete(data());
    return this;
  }

  private Path data() {
    return directory.resolve("kafka");
  }

  /** The address, also while it is stopped; it must have run once. */
  @Override
  public synchronized String bootstrapServers() {
    if (port == 0) {
      throw new IllegalStateException("The broker has no address yet; call start() first.");
    }
    return "127.0.0.1:" + port;
  }

  /** Nothing else uses this broker. */
  @Override
  public String prefix() {
    return "own.";
  }

  @Override
  public synchronized void close() {
    stop();
    Trees.delete(directory);
  }
}
