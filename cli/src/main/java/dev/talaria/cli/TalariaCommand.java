package dev.talaria.cli;

import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.home.Slugs;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command without a verb. */
@Command(
    name = "talaria",
    description = "A Hermes kanban board across hosts: SQLite stays the truth, Kafka carries it.",
    synopsisSubcommandLabel = "VERB",
    subcommands = HelpCommand.class,
    commandListHeading = "",
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Exit codes: 0 done, 1 failed, 2 the arguments make no sense.",
      "Example: talaria create \"Fix the login page\" --assignee coder"
    })
final class TalariaCommand implements Callable<Integer> {
  private final Session session;

  @Spec
  private CommandSpec spec = CommandSpec.create();

  TalariaCommand(Session session) {
    this.session = session;
  }

  @Option(
      names = "--board",
      paramLabel = "NAME",
      description =
          "The board, before the verb. Default: HERMES_KANBAN_DB, HERMES_KANBAN_BOARD, the current board, 'default'.")
  void chooseBoard(String name) {
    try {
      session.chooseBoard(Slugs.normalise(name)
          .orElseThrow(
              () -> new InvalidRequestException("--board is empty; give a board's name.")));
    } catch (InvalidRequestException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(session.out());
    return Exit.DONE;
  }
}
