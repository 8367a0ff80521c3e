package dev.talaria.cli.verb.boards;

import dev.talaria.board.home.BoardEdits;
import dev.talaria.board.home.BoardMetadata;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "rename",
    footer = {"", "Example: talaria boards rename docs \"The handbook\""})
final class RenameBoard extends BoardsMember {
  @Parameters(index = "0", paramLabel = "SLUG", description = "The board.")
  private String slug = "";

  @Parameters(
      index = "1",
      paramLabel = "NAME",
      description = "The name to show; a blank one brings back the one that follows from the slug.")
  private String name = "";

  RenameBoard(Session session) {
    super(session);
  }

  @Override
  public Integer call() {
    String board = slug(slug);
    BoardMetadata metadata = keeping().edit(board, BoardEdits.none().withName(name));
    say("Board '%s' is now called '%s'.", board, Printable.line(metadata.name()));
    return Exit.DONE;
  }
}
