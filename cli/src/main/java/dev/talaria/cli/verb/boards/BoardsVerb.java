package dev.talaria.cli.verb.boards;

import dev.talaria.cli.Session;
import dev.talaria.cli.VerbGroup;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The group; alone it lists, as hermes's does. */
@Command(
    name = "boards",
    synopsisSubcommandLabel = "[VERB]",
    commandListHeading = "%nVerbs:%n",
    footer = {"", "Example: talaria boards create docs --name \"The docs\" --switch"})
public final class BoardsVerb implements VerbGroup, Callable<Integer> {
  private final Session session;

  public BoardsVerb(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    return new ListBoards(session).call();
  }

  @Override
  public List<Member> members() {
    return List.of(
        new Member(
            "list",
            "List the boards and how many tasks they hold.",
            new ListBoards(session),
            List.of("ls")),
        new Member(
            "create",
            "Make a board, or change how one is shown.",
            new CreateBoard(session),
            List.of("new")),
        new Member(
            "rm",
            "Move a board out of the way, or delete it.",
            new RemoveBoard(session, false),
            List.of("remove")),
        new Member(
            "delete",
            "Delete a board with all that is in it, as 'rm --delete'.",
            new RemoveBoard(session, true),
            List.of()),
        new Member(
            "switch",
            "Choose the board that is meant when none is named.",
            new SwitchBoard(session),
            List.of("use")),
        new Member(
            "show",
            "Show a board: the one that is meant when none is named.",
            new ShowBoard(session),
            List.of("current")),
        new Member(
            "rename",
            "Give a board another name to show; its slug stays.",
            new RenameBoard(session),
            List.of()),
        new Member(
            "set-default-workdir",
            "Say where tasks with a workspace of kind dir or worktree work.",
            new SetDefaultWorkdir(session),
            List.of()));
  }
}
