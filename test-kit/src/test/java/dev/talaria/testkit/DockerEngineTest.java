package dev.talaria.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(10)
class DockerEngineTest {
  @TempDir
  Path home;

  @Test
  void shouldSeeNoEngineWhereNothingListens() {
    assertThat(new DockerEngine(host(home.resolve("none.sock"))).isRunning()).isFalse();
    assertThat(new DockerEngine(Map.of("DOCKER_HOST", "not a uri")).isRunning()).isFalse();
  }

  @Test
  void shouldNotTakeASocketFileWithoutAnEngineForOne() throws IOException {
    var socket = home.resolve("left.sock");
    ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(socket))
        .close();

    assertThat(socket).exists();
    assertThat(new DockerEngine(host(socket)).isRunning()).isFalse();
  }

  @Test
  void shouldSeeAnEngineThatAnswersAPing() throws IOException {
    var socket = home.resolve("docker.sock");
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      var engine = new Thread(
          () -> {
            try (var client = server.accept()) {
              client.read(ByteBuffer.allocate(256));
              client.write(
                  ByteBuffer.wrap("HTTP/1.0 200 OK\r\n\r\nOK".getBytes(StandardCharsets.US_ASCII)));
            } catch (IOException e) {
              throw new IllegalStateException(e);
            }
          },
          "fake-docker");
      engine.start();

      assertThat(new DockerEngine(host(socket)).isRunning()).isTrue();
    }
  }

  @Test
  void shouldNameTheChoicesWhenTheModeIsUnknown() {
    assertThat(BrokerMode.parse("Embedded")).isEqualTo(BrokerMode.EMBEDDED);
    assertThatThrownBy(() -> BrokerMode.parse("podman"))
        .hasMessageContaining("'podman'; expected embedded, docker or auto");
  }

  private static Map<String, String> host(Path socket) {
    return Map.of("DOCKER_HOST", "unix://" + socket);
  }
}
