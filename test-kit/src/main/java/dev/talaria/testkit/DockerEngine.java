package dev.talaria.testkit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Whether a Docker engine answers, found out within a second and without a word. Testcontainers' own search takes several
 * seconds and prints a stack trace for each place where there is none.
 */
public final class DockerEngine {
  private static final int TIMEOUT_MILLIS = 1000;

  private final Map<String, String> environment;

  public DockerEngine() {
    this(System.getenv());
  }

  DockerEngine(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  public boolean isRunning() {
    var host = environment.get("DOCKER_HOST");
    if (host == null || host.isBlank()) {
      return usualSockets().anyMatch(DockerEngine::answers);
    }
    try {
      var uri = URI.create(host);
      return "unix".equals(uri.getScheme())
          ? answers(Path.of(uri.getPath()))
          : uri.getHost() != null && accepts(uri.getHost(), uri.getPort());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private Stream<Path> usualSockets() {
    return Stream.of(
            "/var/run/docker.sock",
            environment.getOrDefault("XDG_RUNTIME_DIR", "/run") + "/docker.sock",
            environment.getOrDefault("HOME", "/root") + "/.docker/run/docker.sock")
        .map(Path::of);
  }

  /** A socket file may be left behind by an engine that is gone, so it must answer a ping. */
  private static boolean answers(Path socket) {
    if (!Files.exists(socket)) {
      return false;
    }
    try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        var selector = Selector.open()) {
      channel.write(ByteBuffer.wrap(
          "GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ);
      if (selector.select(TIMEOUT_MILLIS) == 0) {
        return false;
      }
      var answer = ByteBuffer.allocate(64);
      int length = channel.read(answer);
      return length > 0
          && new String(answer.array(), 0, length, StandardCharsets.US_ASCII).contains(" 200");
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  private static boolean accepts(String host, int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port < 0 ? 2375 : port), TIMEOUT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
