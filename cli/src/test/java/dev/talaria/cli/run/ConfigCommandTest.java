package dev.talaria.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.cli.CliRig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigCommandTest {
  @TempDir
  Path home;

  private CliRig cli;

  @BeforeEach
  void aHome() throws IOException {
    cli = new CliRig(home);
    write("""
        kafka:
          bootstrap: one:9092
          ssl.key.password: hunter2
        launcher:
          lanes: {coder: {command: [agent, "{task_id}"], env_files: {KEY: key}}}
        """);
    Files.writeString(home.resolve("key"), "swordfish");
  }

  @Test
  void shouldPrintValuesWithTheirOriginsAndNoSecret() {
    cli.with("TALARIA_DISPATCH_CLAIM_TTL", "20m");

    var result = cli.run("config", "--set", "http.port=0");

    assertThat(result.exit()).isZero();
    assertThat(result.lines()[0]).matches("KEY +VALUE +FROM");
    assertThat(result.out())
        .containsPattern("kafka.bootstrap +one:9092 +" + home.resolve("talaria.yaml") + ":2\n")
        .containsPattern("dispatch.claim_ttl +20m +TALARIA_DISPATCH_CLAIM_TTL\n")
        .containsPattern("http.port +0 +flag\n")
        .containsPattern("dispatch.lost_after +30s +default\n")
        .containsPattern("kafka.ssl.key.password +\\*{8} ")
        .containsPattern("launcher.lanes.coder.env_files.KEY +key ")
        .doesNotContain("hunter2", "swordfish");
  }

  @Test
  void shouldPrintOneValueOrOneSection() {
    assertThat(cli.run("config", "dispatch.claim_ttl").out()).isEqualTo("15m\n");
    assertThat(
            cli.run("config", "kafka", "--json").json().at("/kafka.bootstrap").toString())
        .isEqualTo(
            "{\"value\":\"one:9092\",\"from\":\"%s:2\"}".formatted(home.resolve("talaria.yaml")));
    assertThat(cli.run("config", "http").out()).contains("http.bind").doesNotContain("dispatch");
    assertThat(cli.run("config", "kafka.ssl.key.password").out()).isEqualTo("********\n");
  }

  @Test
  void shouldTellAKeyThatIsNotSetFromOneThatDoesNotExist() {
    var unset = cli.run("config", "fleet.host");
    assertThat(unset.exit()).isEqualTo(1);
    assertThat(unset.err()).isEqualTo("fleet.host is not set.\n");

    var unknown = cli.run("config", "dispatch.claim_tll");
    assertThat(unknown.exit()).isEqualTo(2);
    assertThat(unknown.err())
        .isEqualTo("There is no key 'dispatch.claim_tll'; did you mean 'dispatch.claim_ttl'?\n");
  }

  @Test
  void shouldCheckEverythingAtOnce() throws IOException {
    assertThat(cli.run("config", "--check").exit()).isZero();

    write("dispatch: {claim_ttl: soon, offer_window: 0}\nlaunchr: {}\n");
    var result = cli.run("config", "--check");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines()).hasSize(3);
  }

  @Test
  void shouldCheckWhatOnlyALauncherLooksAt() throws IOException {
    Files.delete(home.resolve("key"));
    var secret = cli.run("config", "--check");
    assertThat(secret.exit()).isEqualTo(1);
    assertThat(secret.err()).contains("launcher.lanes.coder.env_files.KEY is 'key'");

    write("launcher: {lanes: {coder: {preset: clod}}}\n");
    var preset = cli.run("config", "--check");
    assertThat(preset.exit()).isEqualTo(1);
    assertThat(preset.err()).contains("'clod' is not a preset");
  }

  @Test
  void shouldListEveryKey() {
    var result = cli.run("config", "--keys");

    assertThat(result.exit()).isZero();
    assertThat(result.out()).contains("dispatch.claim_ttl", "launcher.lanes.LANE.preset");
  }

  private void write(String yaml) throws IOException {
    Files.writeString(home.resolve("talaria.yaml"), yaml);
  }
}
