package dev.talaria.cli;

import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.TaskIds;
import dev.talaria.board.home.BoardHome;
import dev.talaria.board.home.BoardLocation;
import dev.talaria.protocol.id.BoardKey;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One invocation: its surroundings, the board that it is about, and who speaks. */
public final class Session {
  private final Surroundings surroundings;
  private final @Nullable Place place;
  private @Nullable String slug;
  private @Nullable BoardKey elsewhere;

  public Session(Surroundings surroundings) {
    this(surroundings, null);
  }

  /** An invocation on behalf of another host, on a board that is open here. */
  public Session(Surroundings surroundings, @Nullable Place place) {
    this.surroundings = surroundings;
    this.place = place;
  }

  /**
   * Where a verb of another host is carried out; what it says of boards, and its environment, do not count.
   *
   * @param board open; the caller closes it
   */
  public record Place(BoardHome home, BoardLocation location, Board board) {}

  /**
   * Whether the board's dispatcher carries this out on behalf of another host. It removes workspaces that nobody needs any
   * more itself.
   */
  public boolean isServed() {
    return place != null;
  }

  void chooseBoard(String chosen) {
    slug = chosen;
    elsewhere = null;
  }

  void chooseBoard(BoardKey chosen) {
    elsewhere = chosen;
  }

  /** The board that was given with its host, which may be this one. */
  public Optional<BoardKey> elsewhere() {
    return Optional.ofNullable(elsewhere);
  }

  public Surroundings surroundings() {
    return surroundings;
  }

  /**
   * Waits, between two looks of a verb that goes on; false when it is to end: somebody ended it, or nobody reads its output
   * any more.
   */
  public boolean pause(Duration duration) {
    return !out().checkError() && surroundings.pauses().pause(duration);
  }

  public PrintWriter out() {
    return surroundings.out();
  }

  public PrintWriter err() {
    return surroundings.err();
  }

  public Terminal terminal() {
    return surroundings.terminal();
  }

  /** The board given with {@code --board}; empty when none was. */
  public Optional<String> chosenBoard() {
    return Optional.ofNullable(slug);
  }

  public BoardHome home() {
    return place != null
        ? place.home()
        : BoardHome.of(surroundings.environment(), surroundings.userHome());
  }

  /**
   * The board that is meant.
   *
   * @throws dev.talaria.board.InvalidRequestException when it was named and does not exist
   * @throws CliFailure when this is a worker whose board is on another host
   */
  public BoardLocation location() {
    if (place != null) {
      return place.location();
    }
    remoteRun().ifPresent(run -> {
      throw run.refusal(); // a board of this host that happens to have the same name is not meant
    });
    return home().resolve(slug);
  }

  /** The run that this process is the worker of, where its board is on another host. */
  public Optional<RemoteRun> remoteRun() {
    return place != null ? Optional.empty() : RemoteRun.of(surroundings);
  }

  /** How boards are opened here. */
  public BoardOptions boardOptions() {
    return new BoardOptions(surroundings.clock(), TaskIds.random(surroundings.random()))
        .withEnvironment(surroundings.environment());
  }

  /** Opens the board that is meant, making it if it is not there yet, and does the work on it. */
  public <T> T onBoard(Function<Board, T> work) {
    if (place != null) {
      return work.apply(place.board());
    }
    try (Board board = Board.openOrCreate(location().database(), boardOptions())) {
      return work.apply(board);
    }
  }

  /** Who speaks, unless a verb is told otherwise: the profile of a worker, else {@code user}. */
  public String author() {
    return Optional.of(surroundings.variable("HERMES_PROFILE_NAME"))
        .filter(name -> !name.isEmpty())
        .or(() ->
            Optional.of(surroundings.variable("HERMES_PROFILE")).filter(name -> !name.isEmpty()))
        .or(this::activeProfile)
        .orElse("user");
  }

  private Optional<String> activeProfile() {
    String home = surroundings.variable("HERMES_HOME");
    if (home.isEmpty()) {
      return Optional.empty();
    }
    Path path = Path.of(home);
    Path parent = path.getParent();
    return parent != null && parent.endsWith("profiles")
        ? Optional.of(String.valueOf(path.getFileName()))
        : Optional.empty();
  }

  /**
   * The run that this process is the worker of, if it is one's and speaks of its own task. A change that it asks for is
   * then made only while that run is still the task's.
   */
  public @Nullable Long runOf(String taskId) {
    if (!surroundings.variable("HERMES_KANBAN_TASK").equals(taskId)) {
      return null;
    }
    try {
      return Long.valueOf(surroundings.variable("HERMES_KANBAN_RUN_ID"));
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
