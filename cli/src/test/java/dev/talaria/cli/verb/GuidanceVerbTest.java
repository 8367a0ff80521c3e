package dev.talaria.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.cli.CliRig;
import dev.talaria.cli.LocalVerbs;
import dev.talaria.cli.mcp.ToolRig;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What agents are told must name what there is. */
class GuidanceVerbTest {
  @TempDir
  Path home;

  private CliRig cli;

  @BeforeEach
  void aHome() {
    cli = new CliRig(home);
  }

  private List<String> texts() {
    return List.of(
        cli.run("guidance").out(),
        cli.run("guidance", "worker").out(),
        cli.run("guidance", "orchestrator").out());
  }

  @Test
  void shouldPrintABlockThatFitsIntoAnAgentsInstructions() {
    CliRig.Result block = cli.run("guidance");

    assertThat(block.exit()).isZero();
    assertThat(block.out()).startsWith("## Kanban tasks").endsWith(".\n").hasSizeLessThan(2_500);
    assertThat(home).as("no board is made").isEmptyDirectory();
  }

  @Test
  void shouldPrintSkillsWithAHeader() {
    assertThat(cli.run("guidance", "worker").out()).startsWith("---\nname: talaria-worker\n");
    assertThat(cli.run("guidance", "orchestrator").out())
        .startsWith("---\nname: talaria-orchestrator\n");
  }

  @Test
  void shouldRefuseAnotherRole() {
    CliRig.Result result = cli.run("guidance", "boss");

    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err()).contains("'boss'", "worker or orchestrator");
  }

  @Test
  void shouldNameOnlyToolsAndVerbsThatThereAre() {
    List<String> tools =
        new ToolRig(home).toolbox().tools().stream().map(it -> it.name()).toList();
    for (String text : texts()) {
      var named = new TreeSet<String>();
      Pattern.compile("kanban_[a-z]+").matcher(text).results().forEach(it -> named.add(it.group()));
      assertThat(tools).containsAll(named);
      assertThat(named).hasSizeGreaterThan(4);
      Pattern.compile("`talaria ([a-z]+)")
          .matcher(text)
          .results()
          .forEach(
              it -> assertThat(LocalVerbs.named(it.group(1))).as(it.group()).isPresent());
    }
  }
}
