package dev.talaria.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.cli.CliRig;
import dev.talaria.cli.Exit;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code create --require}, {@code set --require} and {@code --no-require}, and how {@code show} tells of it. */
class RequireTest {
  @TempDir
  Path home;

  private CliRig cli;

  @BeforeEach
  void rig() {
    cli = new CliRig(home);
  }

  @Test
  void shouldKeepChangeAndShowWhatATaskRequires() {
    String id = cli.create("train", "--require", "gpu=true", "--require", "arch=x86");
    assertThat(cli.run("show", id).out()).contains("requires    arch=x86, gpu=true");
    assertThat(
            cli.run("set", id, "--require", "arch=arm64", "--no-require", "gpu").exit())
        .isZero();
    assertThat(cli.run("show", id, "--json").json().get("requires").toString())
        .isEqualTo("{\"arch\":\"arm64\"}");
    assertThat(cli.run("show", cli.create("plain"), "--json").json().has("requires"))
        .as("a key that hermes does not have, where nothing is required")
        .isFalse();
  }

  @Test
  void shouldRefuseWhatIsNoRequirementAndChangeNothing() {
    String id = cli.create("train", "--require", "gpu=true");
    CliRig.Result none = cli.run("set", id, "--priority", "7", "--no-require", "cpu");
    assertThat(none.exit()).isEqualTo(Exit.FAILED);
    assertThat(none.err()).contains("does not require").contains("{gpu=true}");
    assertThat(cli.run("show", id, "--json").json().at("/task/priority").asInt())
        .isZero();
    CliRig.Result bad = cli.run("create", "t", "--require", "gpu");
    assertThat(bad.exit()).isEqualTo(Exit.USAGE);
    assertThat(bad.err()).contains("--require: 'gpu' is no requirement; expected key=value");
  }
}
