package dev.talaria.cli.verb.boards;

import dev.talaria.board.home.BoardKeeping;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "rm",
    footer = {"", "Example: ${COMMAND-FULL-NAME} docs"})
final class RemoveBoard extends BoardsMember {
  @Parameters(paramLabel = "SLUG", description = "The board; nobody may be using it.")
  private String slug = "";

  @Option(
      names = "--delete",
      description =
          "Delete its tasks, logs and workspaces. Otherwise all is kept in boards/_archived.")
  private boolean delete;

  private final boolean always;

  RemoveBoard(Session session, boolean always) {
    super(session);
    this.always = always;
  }

  @Override
  public Integer call() {
    String board = slug(slug);
    BoardKeeping.Removed removed =
        delete || always ? keeping().delete(board) : keeping().archive(board);
    if (removed.newPath() == null) {
      say("Deleted board '%s'.", board);
    } else {
      say("Archived board '%s' to '%s'.", board, removed.newPath());
    }
    return Exit.DONE;
  }
}
