package dev.talaria.broker;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
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

  /**
   * A port that was asked for must be free; a remembered one is given up with a warning when it is not.
   *
   * @param address for clients; the controller's socket is on loopback whatever it is
   */
  static BoundSockets bind(
      String address,
      int wanted,
      Optional<Integer> lastClientPort,
      Optional<Integer> lastControllerPort) {
    var clients =
        wanted == 0 ? remembered(address, lastClientPort, "client") : asked(address, wanted);
    try {
      return new BoundSockets(
          clients, remembered(BrokerSettings.LOOPBACK, lastControllerPort, "controller"));
    } catch (RuntimeException e) {
      closeQuietly(clients);
      throw e;
    }
  }

  private static ServerSocketChannel asked(String address, int port) {
    try {
      return open(address, port);
    } catch (BindException e) {
      throw new EmbeddedBrokerException(
          "Cannot start the embedded broker: port %d on %s is taken, or this host has no such address (%s). Stop what listens there, or set another port or address."
              .formatted(port, address, e.getMessage()),
          e);
    } catch (IOException e) {
      throw new EmbeddedBrokerException(
          "Cannot start the embedded broker on %s:%d: %s.".formatted(address, port, e), e);
    }
  }

  private static ServerSocketChannel remembered(
      String address, Optional<Integer> last, String what) {
    if (last.isPresent()) {
      try {
        return open(address, last.get());
      } catch (IOException e) {
        log.warn(
            "The {} port {} of the last start is taken ({}); choosing another. Processes that know the old address will not find this broker.",
            what,
            last.get(),
            e.getMessage());
      }
    }
    try {
      return open(address, 0);
    } catch (IOException e) {
      throw new EmbeddedBrokerException("Cannot listen on %s: %s.".formatted(address, e), e);
    }
  }

  private static ServerSocketChannel open(String address, int port) throws IOException {
    var channel = ServerSocketChannel.open();
    try {
      // Connections of a killed predecessor linger in TIME_WAIT and would keep the port for a
      // minute.
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      var socket = new InetSocketAddress(address, port);
      if (socket.isUnresolved()) {
        throw new UnknownHostException("nobody knows the host '%s'".formatted(address));
      }
      channel.bind(socket, 128);
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
