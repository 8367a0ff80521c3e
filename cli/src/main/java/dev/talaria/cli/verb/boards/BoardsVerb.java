package dev.talaria.cli.verb.boards;

import dev.talaria.cli.Session;
import dev.talaria.cli.VerbGroup;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The group; alone it lists, as hermes's does. */
@Command(
    name = "boards",
    synopsisSubcommandLabel = "[VERB]",
    commandListHeading = "%nVerbs:%n",
    footer = {"", "Example: talaria boards create docs --name \"The docs\" --switch"})
public final class BoardsVerb implements VerbGroup, Callable<Integer> {
  private static final String HOST = "--host";

  private final Session session;

  @Option(
      names = HOST,
      paramLabel = "HOST",
      scope = ScopeType.INHERIT,
      description = "The boards of this host, whose dispatcher does it. Default: this one.")
  private @Nullable String host;

  public BoardsVerb(Session session) {
    this.session = session;
  }

  /** The host whose boards are meant, where it was named. */
  public Optional<String> host() {
    return Optional.ofNullable(host);
  }

  /** The member that arguments name, {@code boards} first; empty when they name none. */
  public static String member(List<String> arguments) {
    boolean skip = true;
    for (String argument : arguments) {
      if (!skip && !argument.startsWith("-")) {
        return argument;
      }
      skip = !skip && argument.equals(HOST);
    }
    return "";
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
            new ShowBoard(session, this),
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
