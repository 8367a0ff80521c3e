package dev.talaria.cli.verb.boards;

import dev.talaria.board.home.BoardEdits;
import dev.talaria.board.home.BoardMetadata;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "set-default-workdir",
    footer = {"", "Example: talaria boards set-default-workdir docs ~/src/docs"})
final class SetDefaultWorkdir extends BoardsMember {
  @Parameters(index = "0", paramLabel = "SLUG", description = "The board.")
  private String slug = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "PATH",
      description = "The directory; without one the setting is cleared.")
  private String path = "";

  SetDefaultWorkdir(Session session) {
    super(session);
  }

  @Override
  public Integer call() {
    String board = slug(slug);
    BoardMetadata metadata =
        keeping().edit(board, BoardEdits.none().withDefaultWorkdir(absolute(path)));
    if (metadata.defaultWorkdir() == null) {
      say("Board '%s' has no default directory.", board);
    } else {
      say("Tasks of board '%s' work in '%s' by default.", board, metadata.defaultWorkdir());
    }
    return Exit.DONE;
  }
}
