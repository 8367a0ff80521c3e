package dev.talaria.cli.mcp.port;

import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.context.WorkerContext;
import dev.talaria.board.home.BoardLocation;
import dev.talaria.board.home.Slugs;
import dev.talaria.board.task.Skills;
import dev.talaria.board.task.TaskCreation;
import dev.talaria.cli.RemoteRun;
import dev.talaria.cli.Session;
import dev.talaria.cli.Surroundings;
import dev.talaria.cli.mcp.tool.Caller;
import dev.talaria.cli.mcp.tool.ToolBoard;
import dev.talaria.cli.mcp.tool.ToolBoards;
import dev.talaria.cli.mcp.tool.ToolRefused;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides how the tools reach a board: a worker whose board's file is not on this host speaks to its launcher, all others
 * to the file.
 */
public final class BoardAccess implements ToolBoards {
  private final Session session;
  private final Caller caller;
  private final @Nullable ToolBoard remote;

  public BoardAccess(Session session, Caller caller) {
    this.session = session;
    this.caller = caller;
    this.remote = remote(session, caller);
  }

  private static @Nullable ToolBoard remote(Session session, Caller caller) {
    Surroundings surroundings = session.surroundings();
    return caller.task() == null
        ? null
        : RemoteRun.of(surroundings)
            .map(run -> new RemoteBoard(
                run,
                session.boardOptions(),
                new WorkerContext(surroundings.zone(), surroundings.environment())))
            .orElse(null);
  }

  /** Where the tools work, for the log. */
  public String place() {
    return remote == null
        ? "board file '%s'".formatted(session.location().database())
        : "the worker API at %s".formatted(session.surroundings().variable("TALARIA_WORKER_URL"));
  }

  @Override
  public ToolBoard named(@Nullable String slug) {
    Optional<String> given = Slugs.normalise(slug);
    if (remote != null) {
      if (given.isPresent() && !given.get().equals(caller.board())) {
        throw new ToolRefused("this worker reaches its own board only, not '%s'. Leave 'board' out."
            .formatted(given.get()));
      }
      return remote;
    }
    String chosen = given.or(session::chosenBoard).orElse(null);
    return file(chosen);
  }

  private ToolBoard file(@Nullable String slug) {
    BoardLocation location = session.home().resolve(slug);
    if (slug != null && !slug.equals(caller.board()) && !session.home().exists(slug)) {
      // a worker's pinned file wins over a name, but a mistyped name is still an error
      throw new InvalidRequestException("Board '%s' does not exist. Boards here: %s."
          .formatted(slug, session.home().slugs()));
    }
    Surroundings surroundings = session.surroundings();
    String workdir = session.home().metadata(location.slug()).defaultWorkdir();
    return new BoardFile(
        location.database(),
        !caller.isWorker(),
        session.boardOptions(),
        new WorkerContext(surroundings.zone(), surroundings.environment()),
        new TaskCreation(Skills.hermesToolsets(), workdir));
  }
}
