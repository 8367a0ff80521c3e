package dev.talaria.cli.verb;

import dev.talaria.board.Board;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import picocli.CommandLine.Command;

@Command(
    name = "init",
    footer = {"", "Example: talaria init"})
public final class InitVerb extends BoardVerb {
  public InitVerb(Session session) {
    super(session);
  }

  @Override
  int run(Board board) {
    board
        .legacyCopy()
        .ifPresent(copy -> complain(
            "The file had an older form and was brought up to date; as it was it is kept in '%s'."
                .formatted(copy)));
    say("Board '%s' is ready in '%s'.", session.location().slug(), board.path());
    return Exit.DONE;
  }
}
