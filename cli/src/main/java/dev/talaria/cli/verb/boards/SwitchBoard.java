package dev.talaria.cli.verb.boards;

import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "switch",
    footer = {"", "Example: talaria boards switch docs"})
final class SwitchBoard extends BoardsMember {
  @Parameters(paramLabel = "SLUG", description = "The board.")
  private String slug = "";

  SwitchBoard(Session session) {
    super(session);
  }

  @Override
  public Integer call() {
    String board = slug(slug);
    keeping().switchTo(board);
    say("Switched to board '%s'.", board);
    warnIfOverridden(board);
    return Exit.DONE;
  }
}
