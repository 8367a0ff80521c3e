package dev.talaria.cli.verb;

import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "completion",
    footer = {"", "Example: source <(talaria completion bash)"})
public final class CompletionVerb implements Callable<Integer> {
  @Parameters(
      paramLabel = "SHELL",
      arity = "0..1",
      description = "bash (default) or zsh; the script is the same.")
  private String shell = "bash";

  @Spec
  private CommandSpec spec = CommandSpec.create();

  private final Session session;

  public CompletionVerb(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (!Set.of("bash", "zsh").contains(shell)) {
      throw CliFailure.usage(
          "There is no completion for '%s'; expected bash or zsh.".formatted(shell));
    }
    session.out().println(AutoComplete.bash("talaria", spec.root().commandLine()));
    return Exit.DONE;
  }
}
