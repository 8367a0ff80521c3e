package dev.talaria.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.cli.CliRig;
import dev.talaria.testkit.JavaProcess;
import dev.talaria.testkit.JavaProcesses;
import dev.talaria.testkit.OwnBroker;
import dev.talaria.testkit.WithKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command on one host, a board with its dispatcher on another, a real broker between. */
@WithKafka
@Timeout(180)
class RemoteBoardIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Pattern COMMAND_ID = Pattern.compile("--command-id (c-[0-9a-f]+)");

  @TempDir
  private Path root;

  private CliRig beta;

  private CliRig.Result ask(FaultHost alpha, String... arguments) {
    String[] line = new String[arguments.length + 2];
    line[0] = "--board";
    line[1] = alpha.boardKey();
    System.arraycopy(arguments, 0, line, 2, arguments.length);
    return beta.run(line);
  }

  private static JavaProcess dispatcher(FaultHost alpha) {
    JavaProcess process = alpha.serve("dispatcher", "--dispatch");
    process.awaitLine(line -> line.startsWith("ready "), SOON);
    return process;
  }

  @Test
  void shouldWorkOnTheBoardOfAnotherHostOnceWhateverEndsMeanwhile(
      OwnBroker broker, JavaProcesses processes) throws IOException {
    broker.start();
    var alpha = new FaultHost(processes, root)
        .set("kafka.bootstrap", broker.bootstrapServers())
        .set("kafka.partitions", "3");
    beta = new CliRig(Files.createDirectory(root.resolve("beta")))
        .atPresent()
        .with("TALARIA_FLEET_HOST", "beta")
        .with("TALARIA_KAFKA_BOOTSTRAP", broker.bootstrapServers());
    JavaProcess dispatcher = dispatcher(alpha);

    // each way of being carried out, and the same words as there
    CliRig.Result created = ask(alpha, "create", "From afar", "--json");
    assertThat(created.exit()).as(created.err()).isZero();
    String id = created.json().get("id").asText();
    assertThat(ask(alpha, "comment", id, "so be it").out())
        .isEqualTo("Comment 1 added to %s%n".formatted(id));
    assertThat(ask(alpha, "show", id, "--json").out())
        .isEqualTo(String.join("\n", alpha.verb("show", id, "--json")) + "\n");
    assertThat(ask(alpha, "gc", "--dry-run").out()).contains("Would remove 0 workspaces");
    assertThat(ask(alpha, "show", "t_nope").exit()).isEqualTo(1);
    large(alpha);

    // what cannot be asked
    CliRig.Result unknown = beta.run("--board", "alpha/side", "list");
    assertThat(unknown.exit()).isEqualTo(1);
    assertThat(unknown.err()).contains("No dispatcher serves board", "  alpha/default\n");
    CliRig.Result follows = ask(alpha, "watch");
    assertThat(follows.exit()).isEqualTo(2);
    assertThat(follows.err()).contains("'watch' is not for boards of other hosts");
    assertThat(beta.run("--board", "beta/default", "create", "Here").exit())
        .as("its own board needs nobody")
        .isZero();

    // the dispatcher dies, and comes back
    dispatcher.kill();
    CliRig.Result unanswered =
        beta.run("--board", alpha.boardKey(), "--timeout", "4s", "create", "Once");
    assertThat(unanswered.exit()).as(unanswered.err()).isEqualTo(75);
    assertThat(unanswered.err()).contains("may still be carried out until");
    Matcher commandId = COMMAND_ID.matcher(unanswered.err());
    assertThat(commandId.find()).isTrue();
    dispatcher(alpha);
    String[] again = {
      "--board", alpha.boardKey(), "--command-id", commandId.group(1), "create", "Once"
    };
    CliRig.Result answer = beta.run(again);
    assertThat(answer.exit()).as(answer.err()).isZero();
    assertThat(beta.run(again)).isEqualTo(answer);
    assertThat(alpha.tasks().stream().filter(task -> task.title().equals("Once")))
        .hasSize(1);

    // the broker goes
    broker.stop();
    CliRig.Result away = beta.run("--board", alpha.boardKey(), "--timeout", "2s", "list");
    assertThat(away.exit()).isEqualTo(1);
    assertThat(away.err()).contains("does not answer; nothing was sent");
  }

  /** More than fits into one message comes in parts. */
  private void large(FaultHost alpha) {
    String body = "x".repeat(700_000);
    for (int i = 0; i < 3; i++) {
      assertThat(ask(alpha, "create", "large", "--body", body).exit()).isZero();
    }
    CliRig.Result list = ask(alpha, "list", "--json");
    assertThat(list.exit()).as(list.err()).isZero();
    assertThat(list.out()).hasSizeGreaterThan(2_100_000);
    assertThat(list.json()).hasSize(4);
  }
}
