package dev.talaria.cli.verb.boards;

import dev.talaria.board.home.BoardEdits;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "create",
    footer = {"", "Example: talaria boards create docs --name \"The docs\" --switch"})
final class CreateBoard extends BoardsMember {
  @Parameters(
      paramLabel = "SLUG",
      description = "Small letters, digits, - and _; it names the directory.")
  private String slug = "";

  @Option(names = "--name", paramLabel = "TEXT", description = "The name to show.")
  private @Nullable String name;

  @Option(names = "--description", paramLabel = "TEXT", description = "What the board is for.")
  private @Nullable String description;

  @Option(names = "--icon", paramLabel = "TEXT", description = "A character to show it with.")
  private @Nullable String icon;

  @Option(names = "--color", paramLabel = "TEXT", description = "A colour to show it in.")
  private @Nullable String color;

  @Option(names = "--switch", description = "Choose it for verbs that name no board.")
  private boolean choose;

  @Option(
      names = "--default-workdir",
      paramLabel = "PATH",
      description = "Where tasks with a workspace of kind dir or worktree work.")
  private @Nullable String workdir;

  CreateBoard(Session session) {
    super(session);
  }

  @Override
  public Integer call() {
    String board = slug(slug);
    boolean known = home().exists(board);
    keeping()
        .create(
            board,
            BoardEdits.none()
                .withName(name)
                .withLooks(description, icon, color)
                .withDefaultWorkdir(workdir == null ? null : absolute(workdir)));
    say(
        "Board '%s' %s in '%s'.",
        board,
        known ? "is ready, as before," : "is ready",
        home().location(board).database());
    if (choose) {
      keeping().switchTo(board);
      warnIfOverridden(board);
    }
    return Exit.DONE;
  }
}
