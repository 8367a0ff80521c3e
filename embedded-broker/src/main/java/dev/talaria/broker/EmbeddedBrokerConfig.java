package dev.talaria.broker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * What an embedded broker needs to know.
 *
 * @param directory where everything is kept; made when missing, re-used over restarts
 * @param address the address of this host that clients connect to and are told: a number or a name, never a wildcard.
 *     Anything but loopback lets everybody in who can reach it, since the broker asks nobody for credentials
 * @param port the port clients connect to; 0 takes the one of the last start, or any free one
 * @param settings broker settings on top of {@link BrokerSettings#DEFAULTS}
 * @param startTimeout how long a start may take, recovery of the logs after a crash included
 * @param closeTimeout how long {@link EmbeddedBroker#close()} waits for an orderly end
 * @param onFailure called once, from one of Kafka's threads, when the running broker failed for good; it must not block,
 *     and in particular must hand {@code close()} to another thread. The failure is logged before
 */
public record EmbeddedBrokerConfig(
    Path directory,
    String address,
    int port,
    Map<String, String> settings,
    Duration startTimeout,
    Duration closeTimeout,
    Consumer<Throwable> onFailure) {
  private static final Set<String> RESERVED = Set.of(
      "process.roles",
      "node.id",
      "listeners",
      "advertised.listeners",
      "listener.security.protocol.map",
      "inter.broker.listener.name",
      "controller.listener.names",
      "controller.quorum.voters",
      "log.dir",
      "log.dirs",
      "metadata.log.dir");

  public EmbeddedBrokerConfig {
    if (address.isBlank() || address.equals("0.0.0.0") || address.equals("::")) {
      throw new IllegalArgumentException(
          "address is '%s'; expected the address by which clients reach this host, since the broker tells it to them."
              .formatted(address));
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException(
          "port is %d; expected 0 (any free port) to 65535.".formatted(port));
    }
    requirePositive("startTimeout", startTimeout);
    requirePositive("closeTimeout", closeTimeout);
    settings = Map.copyOf(settings);
    var refused = new TreeSet<>(settings.keySet());
    refused.retainAll(RESERVED);
    if (!refused.isEmpty()) {
      throw new IllegalArgumentException(
          "The embedded broker sets %s itself. For listeners, disks or quorums of your own, run a Kafka broker and point kafka.bootstrap at it."
              .formatted(refused));
    }
  }

  /** Any free port at the first start and the same one afterwards, default settings, failures only logged. */
  public static EmbeddedBrokerConfig in(Path directory) {
    return new EmbeddedBrokerConfig(
        directory,
        BrokerSettings.LOOPBACK,
        0,
        Map.of(),
        Duration.ofMinutes(2),
        Duration.ofSeconds(10),
        failure -> {});
  }

  public EmbeddedBrokerConfig withAddress(String address) {
    return new EmbeddedBrokerConfig(
        directory, address, port, settings, startTimeout, closeTimeout, onFailure);
  }

  public EmbeddedBrokerConfig withPort(int port) {
    return new EmbeddedBrokerConfig(
        directory, address, port, settings, startTimeout, closeTimeout, onFailure);
  }

  public EmbeddedBrokerConfig withSettings(Map<String, String> settings) {
    return new EmbeddedBrokerConfig(
        directory, address, port, settings, startTimeout, closeTimeout, onFailure);
  }

  public EmbeddedBrokerConfig withCloseTimeout(Duration closeTimeout) {
    return new EmbeddedBrokerConfig(
        directory, address, port, settings, startTimeout, closeTimeout, onFailure);
  }

  public EmbeddedBrokerConfig withOnFailure(Consumer<Throwable> onFailure) {
    return new EmbeddedBrokerConfig(
        directory, address, port, settings, startTimeout, closeTimeout, onFailure);
  }

  private static void requirePositive(String name, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException(
          "%s is %s; expected a positive duration such as PT10S.".formatted(name, value));
    }
  }
}
