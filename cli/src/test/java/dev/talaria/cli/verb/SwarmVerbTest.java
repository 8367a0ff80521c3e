package dev.talaria.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.talaria.cli.CliRig;
import dev.talaria.cli.Exit;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** swarm and blackboard. */
class SwarmVerbTest {
  @TempDir
  Path home;

  private CliRig cli;

  @BeforeEach
  void rig() {
    cli = new CliRig(home);
  }

  private CliRig.Result swarm(String worker, String... more) {
    String[] args = {"swarm", "goal", "--verifier", "v", "--synthesizer", "s", "--worker=" + worker
    };
    String[] all = new String[args.length + more.length];
    System.arraycopy(args, 0, all, 0, args.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return cli.run(all);
  }

  @Test
  void shouldCreateASwarmAndFindItByItsKey() {
    CliRig.Result result = swarm(
        "reader:read:docs, more", "--worker", "coder:try", "--json", "--idempotency-key", "k");

    assertThat(result.exit()).isZero();
    JsonNode ids = result.json();
    assertThat(ids.fieldNames())
        .toIterable()
        .containsExactly("root_id", "worker_ids", "verifier_id", "synthesizer_id");
    assertThat(ids.get("worker_ids")).hasSize(2);
    JsonNode reader =
        cli.run("show", ids.at("/worker_ids/0").asText(), "--json").json();
    assertThat(reader.at("/task/skills").toString()).isEqualTo("[\"docs\",\"more\"]");
    assertThat(reader.at("/task/status").asText()).isEqualTo("ready");
    assertThat(swarm("other:thing", "--idempotency-key", "k", "--json").json()).isEqualTo(ids);
    assertThat(swarm("other:thing", "--idempotency-key", "k").out()).startsWith("Found swarm ");
    assertThat(cli.run("list", "--json").json()).hasSize(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "coder", "coder:", ":title", " : ", "::skill"})
  void shouldRefuseAWorkerThatIsNone(String worker) {
    CliRig.Result result = swarm(worker);

    assertThat(result.exit()).isEqualTo(Exit.USAGE);
    assertThat(result.err()).contains("--worker").contains("PROFILE:TITLE");
    assertThat(cli.run("list", "--json").json()).isEmpty();
  }

  @Test
  void shouldRefuseASwarmThatLacksAPart() {
    assertThat(cli.run("swarm", "g", "--verifier", "v", "--synthesizer", "s").exit())
        .isEqualTo(Exit.USAGE);
    assertThat(cli.run("swarm", "g", "--worker", "a:b", "--synthesizer", "s").exit())
        .isEqualTo(Exit.USAGE);
    assertThat(swarm("a:b", "--created-by", " ").exit()).isEqualTo(Exit.FAILED);
    assertThat(swarm("a:b:terminal").exit()).isEqualTo(Exit.FAILED);
    assertThat(swarm("a:b", "--priority", "high").exit()).isEqualTo(Exit.USAGE);
    assertThat(cli.run("list", "--json").json()).isEmpty();
  }

  @Test
  void shouldWriteAndReadTheBlackboard() {
    String root = swarm("a:b", "--json").json().get("root_id").asText();

    assertThat(cli.with("HERMES_PROFILE", "coder")
            .run("blackboard", root, "found", "{\"at\": [1, \"ü\"]}")
            .exit())
        .isZero();

    JsonNode board = cli.run("blackboard", root).json();
    assertThat(board.at("/topology/root_id").asText()).isEqualTo(root);
    assertThat(board.at("/found/at/1").asText()).isEqualTo("ü");
    assertThat(board.at("/_authors/found").asText()).isEqualTo("coder");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "text", "", "1 2", "{\"a\":}"})
  void shouldRefuseAValueThatIsNoJson(String value) {
    String root = cli.create("root");

    CliRig.Result result = cli.run("blackboard", "--", root, "key", value);

    assertThat(result.exit()).isEqualTo(Exit.USAGE);
    assertThat(cli.run("show", root, "--json").json().get("comments")).isEmpty();
  }

  @Test
  void shouldRefuseAnUnknownRootAndAMissingValue() {
    assertThat(cli.run("blackboard", "t_nope").exit()).isEqualTo(Exit.FAILED);
    assertThat(cli.run("blackboard", "t_nope", "k", "1").exit()).isEqualTo(Exit.FAILED);
    assertThat(cli.run("blackboard", cli.create("root"), "k").exit()).isEqualTo(Exit.USAGE);
  }
}
