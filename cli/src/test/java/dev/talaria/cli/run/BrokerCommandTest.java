package dev.talaria.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.cli.CliRig;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the verb refuses; that it works is shown by FleetIT. */
class BrokerCommandTest {
  @TempDir
  Path home;

  @Test
  void shouldRefuseAnAddressThatOthersReachUnlessToldThatNobodyIsAsked() {
    CliRig.Result result = new CliRig(home).run("broker", "--listen", "192.0.2.1:9092");

    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err()).contains("asks nobody who he is", "--without-authentication");
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void shouldRefuseAWildcardSinceClientsAreToldTheAddress() {
    CliRig.Result result =
        new CliRig(home).run("broker", "--listen", "0.0.0.0:0", "--without-authentication");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err()).contains("the address by which clients reach this host");
  }

  @Test
  void shouldSayThatItsPortIsTaken() throws Exception {
    try (var taken = new ServerSocket(0)) {
      CliRig.Result result =
          new CliRig(home).run("broker", "--listen", "127.0.0.1:" + taken.getLocalPort());

      assertThat(result.exit()).isEqualTo(1);
      assertThat(result.err()).contains("port " + taken.getLocalPort() + " on 127.0.0.1 is taken");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "9092", ":9092", "a:", "a:x", "a:65536", "::1:9092"})
  void shouldRefuseWhatIsNoAddressAndPort(String listen) {
    CliRig.Result result = new CliRig(home).run("broker", "--listen", listen);

    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err()).contains("expected ADDRESS:PORT");
  }
}
