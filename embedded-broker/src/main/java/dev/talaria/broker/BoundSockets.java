package dev.talaria.broker;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.Optional;
import org.apache.kafka.server.ServerSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broker's two listening sockets, bound before Kafka is built: so the ports are known and ours before they are written
 * into its configuration, and a taken port is an error with a sentence instead of a half-started broker.
 */
final class BoundSockets implements ServerSocketFactory, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(BoundSockets.class);

  private final ServerSocketChannel clients;
  private final ServerSocketChannel controller;

  private BoundSockets(ServerSocketChannel clients, ServerSocketChannel controller) {
    this.clients = clients;
    this.controller = controller;
  }

  /** A port that was asked for must be free; a remembered one is given up with a warning when it is not. */
  static BoundSockets bind(
      int wanted, Optional<Integer> lastClientPort, Optional<Integer> lastControllerPort) {
    var clients = wanted == 0 ? remembered(lastClientPort, "client") : asked(wanted);
    try {
      return new BoundSockets(clients, remembered(lastControllerPort, "controller"));
    } catch (RuntimeException e) {
      closeQuietly(clients);
      throw e;
    }
  }

  private static ServerSocketChannel asked(int port) {
    try {
      return open(port);
    } catch (IOException e) {
      throw new EmbeddedBrokerException(
          "Cannot start the embedded broker: port %d on %s is taken (%s). Stop what listens there, or set another port."
              .formatted(port, BrokerSettings.LOOPBACK, e.getMessage()),
          e);
    }
  }

  private static ServerSocketChannel remembered(Optional<Integer> last, String what) {
    if (last.isPresent()) {
      try {
        return open(last.get());
      } catch (IOException e) {
        log.warn(
            "The {} port {} of the last start is taken ({}); choosing another. Processes that know the old address will not find this broker.",
            what,
            last.get(),
            e.getMessage());
      }
    }
    try {
      return open(0);
    } catch (IOException e) {
      throw new EmbeddedBrokerException(
          "Cannot listen on %s: %s.".formatted(BrokerSettings.LOOPBACK, e), e);
    }
  }

  private static ServerSocketChannel open(int port) throws IOException {
    var channel = ServerSocketChannel.open();
    try {
      // Connections of a killed predecessor linger in TIME_WAIT and would keep the port for a
      // minute.
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(new InetSocketAddress(BrokerSettings.LOOPBACK, port), 128);
      channel.configureBlocking(false);
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  int clientPort() {
    return clients.socket().getLocalPort();
  }

  int controllerPort() {
    return controller.socket().getLocalPort();
  }

  @Override
  public ServerSocketChannel openServerSocket(
      String listenerName, InetSocketAddress address, int backlog, int receiveBufferSize) {
    return listenerName.equalsIgnoreCase(BrokerSettings.CONTROLLER_LISTENER) ? controller : clients;
  }

  /** Harmless after Kafka has closed them itself. */
  @Override
  public void close() {
    closeQuietly(clients);
    closeQuietly(controller);
  }

  private static void closeQuietly(ServerSocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      log.debug("Closing {} failed", channel, e);
    }
  }
}
