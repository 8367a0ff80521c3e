package dev.talaria.cli;

import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.home.Slugs;
import dev.talaria.cli.verb.Spans;
import dev.talaria.protocol.id.BoardKey;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
      "Exit codes: 0 done, 1 failed, 2 the arguments make no sense, 75 no answer from another host in time.",
      "Example: talaria create \"Fix the login page\" --assignee coder"
    })
final class TalariaCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

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
          "The board, before the verb; HOST/NAME for one of another host. Default: HERMES_KANBAN_DB, HERMES_KANBAN_BOARD, the current board, 'default'.")
  void chooseBoard(String name) {
    try {
      if (name.contains("/")) {
        int slash = name.indexOf('/');
        session.chooseBoard(new BoardKey(
            name.substring(0, slash).strip(),
            Slugs.normalise(name.substring(slash + 1)).orElse("")));
        return;
      }
      session.chooseBoard(Slugs.normalise(name)
          .orElseThrow(
              () -> new InvalidRequestException("--board is empty; give a board's name.")));
    } catch (InvalidRequestException | IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description =
          "How long to wait for a board of another host. Default: TALARIA_TIMEOUT, else 30s.")
  private @Nullable String timeout;

  @Option(
      names = "--command-id",
      paramLabel = "ID",
      description =
          "Ask for the answer to an earlier command to a board of another host, without doing it twice.")
  private @Nullable String commandId;

  /** How long to wait for a board of another host. */
  Duration patience() {
    String given = timeout;
    if (given != null) {
      return Spans.interval("--timeout", given);
    }
    String told = session.surroundings().variable("TALARIA_TIMEOUT");
    return told.isEmpty() ? PATIENCE : Spans.interval("TALARIA_TIMEOUT", told);
  }

  /** The command whose answer is asked for; null for a new one. */
  @Nullable
  String commandId() {
    return commandId;
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(session.out());
    return Exit.DONE;
  }
}
