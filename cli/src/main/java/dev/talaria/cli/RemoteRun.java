package dev.talaria.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.slice.BoardSlice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The run that this process is the worker of, where its board is on another host: it reaches that board through its
 * launcher, and no board of this host is meant by anything that it says.
 *
 * @param task its own task's id
 * @param board the slug of the task's board, on the board's own host
 * @param client the way to the launcher
 */
public record RemoteRun(String task, String board, WorkerClient client) {
  /** The run that the environment names; empty for everybody else, and for workers whose board's file is here. */
  public static Optional<RemoteRun> of(Surroundings surroundings) {
    String url = surroundings.variable("TALARIA_WORKER_URL");
    String token = surroundings.variable("TALARIA_WORKER_TOKEN");
    String task = surroundings.variable("HERMES_KANBAN_TASK");
    if (task.isEmpty() || url.isEmpty() || token.isEmpty() || isHere(surroundings)) {
      return Optional.empty();
    }
    String board = surroundings.variable("HERMES_KANBAN_BOARD");
    return Optional.of(new RemoteRun(task, board, new WorkerClient(url, token)));
  }

  private static boolean isHere(Surroundings surroundings) {
    String database = surroundings.variable("HERMES_KANBAN_DB");
    return !database.isEmpty()
        && Files.isRegularFile(surroundings.workingDirectory().resolve(database));
  }

  /** The task as it was granted: {@code task}, {@code run_id}, {@code worker_context}, and {@code slice} where there is one. */
  public JsonNode granted() {
    return client.send("GET", "task", null);
  }

  /** Does the work on a board made of the slice that came with the grant; what is written there reaches nobody. */
  public <T> T onSlice(JsonNode granted, BoardOptions options, Function<Board, T> work) {
    if (!(granted.path("slice") instanceof ObjectNode slice)) {
      throw CliFailure.failed(
          "The launcher of this worker has no part of the board to read: it, or the board's dispatcher, is of an older version. Read $TALARIA_CONTEXT_FILE.");
    }
    try {
      Path directory = Files.createTempDirectory("talaria-slice");
      try (Board board = Board.openOrCreate(directory.resolve("kanban.db"), options)) {
        board.change(tx -> BoardSlice.fill(tx, slice));
        return work.apply(board);
      } finally {
        remove(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot lay out the part of the board that is known here.", e);
    }
  }

  private static void remove(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(directory);
  }

  /** What to say to a verb that cannot be used here. */
  public CliFailure refusal() {
    return CliFailure.failed(
        ("This process is the worker of task '%s', whose board is on another host: from here it can show, context, runs,"
                + " comment, complete, block, heartbeat, create and link. To work on a board of this host, unset"
                + " TALARIA_WORKER_URL.")
            .formatted(task));
  }
}
