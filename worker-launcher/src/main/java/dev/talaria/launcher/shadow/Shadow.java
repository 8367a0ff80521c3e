package dev.talaria.launcher.shadow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.slice.BoardSlice;
import dev.talaria.launcher.api.ReportDesk;
import dev.talaria.launcher.rundir.DurableFiles;
import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.protocol.id.RunKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The shadow board of one run: a board's file in the run directory with the task, running under its run and lock, and what
 * belongs to it. It stays open for the run's life, so that hermes's processes, which drop their own locks with each commit,
 * never find themselves alone with the file (contract 1.5). Thread-safe.
 */
final class Shadow implements AutoCloseable {
  private static final String FOLDER = "shadow";
  private static final String BASE = "base";
  private static final String CURSOR = "cursor";
  private static final String PLACE = "UPDATE tasks SET workspace_path = ? WHERE id = ?";

  private final RunDirectory directory;
  private final Board board;
  private final ShadowReader reader;
  private long cursor;
  private long seen = -1;

  private Shadow(RunDirectory directory, Board board, EventLog.MaxIds base, long cursor) {
    this.directory = directory;
    this.board = board;
    this.reader = new ShadowReader(directory.run(), base);
    this.cursor = cursor;
  }

  static Path file(RunDirectory directory) {
    return directory.path().resolve(FOLDER).resolve("kanban.db");
  }

  /** Whether a run has one that was finished before its worker could start. */
  static boolean isIn(RunDirectory directory) {
    return Files.exists(directory.path().resolve(FOLDER).resolve(BASE));
  }

  /** Makes the board of a run whose worker has not started. */
  static Shadow make(RunDirectory directory, ObjectNode slice, Path workspace, BoardOptions options)
      throws IOException {
    Board board = Board.openOrCreate(file(directory), options);
    try {
      EventLog.MaxIds base = board.write(tx -> {
        BoardSlice.fill(tx, slice);
        tx.update(PLACE, workspace.toString(), directory.run().taskId());
        return EventLog.maxIds(tx);
      });
      write(directory, BASE, base.events(), base.runs(), base.comments());
      return new Shadow(directory, board, base, base.events());
    } catch (IOException | RuntimeException e) {
      board.close();
      throw e;
    }
  }

  /** Takes up a board that an earlier start of this launcher made. */
  static Shadow adopt(RunDirectory directory, BoardOptions options) throws IOException {
    List<Long> base = read(directory, BASE);
    if (base.size() != 3) {
      throw new IOException("'%s' of run %s is spoilt".formatted(BASE, directory.run()));
    }
    boolean moved = Files.exists(directory.path().resolve(FOLDER).resolve(CURSOR));
    long cursor = moved ? read(directory, CURSOR).get(0) : base.get(0);
    return new Shadow(
        directory,
        Board.open(file(directory), options),
        new EventLog.MaxIds(base.get(0), base.get(1), base.get(2)),
        cursor);
  }

  RunKey run() {
    return directory.run();
  }

  /** Whether anything was committed since the last time; costs microseconds. */
  synchronized boolean hasChanged() {
    return board.dataVersion() != seen;
  }

  /**
   * Says all that is new, in order, each once: what is said is durable with the number of its event before the cursor moves.
   * It stops short at what speaks of a task whose creation the board has not answered, since that may get another id.
   *
   * @return what cannot be carried over
   */
  synchronized List<String> tell(ReportDesk desk) throws IOException {
    List<String> lost = new ArrayList<>();
    long version = board.dataVersion();
    boolean all = true;
    List<Told> told;
    do {
      long from = cursor;
      told = board.read(tx -> reader.after(tx, from));
      for (Told one : told) {
        if (one instanceof Told.Said said && !say(desk, said)) {
          all = false;
          break;
        }
        if (one instanceof Told.Lost without) {
          lost.add(without.what());
        }
        cursor = one.event();
      }
      if (cursor != from) {
        write(directory, CURSOR, cursor);
      }
    } while (all && !told.isEmpty());
    seen = all ? version : -1;
    return lost;
  }

  private boolean say(ReportDesk desk, Told.Said said) throws IOException {
    ReportDesk.Created created = desk.created(run());
    Set<String> open = new HashSet<>(said.names());
    open.retainAll(created.unanswered());
    if (!open.isEmpty()) {
      return false;
    }
    ObjectNode body = renamed(said.body(), created.renamed());
    desk.say(run(), said.verb(), "shadow:" + said.event(), body);
    return true;
  }

  /** With the ids that the board gave to tasks which it could not make under the wanted ones. */
  private static ObjectNode renamed(ObjectNode body, Map<String, String> names) {
    ObjectNode renamed = body.deepCopy();
    for (String field : List.of("task_id", "parent_id", "child_id")) {
      String name = names.get(body.path(field).asText());
      if (name != null) {
        renamed.put(field, name);
      }
    }
    for (String field : List.of("parents", "created_cards")) {
      if (body.path(field).isArray()) {
        var list = renamed.putArray(field);
        body.path(field).forEach(id -> list.add(names.getOrDefault(id.asText(), id.asText())));
      }
    }
    return renamed;
  }

  private static void write(RunDirectory directory, String name, long... numbers)
      throws IOException {
    StringBuilder line = new StringBuilder();
    for (long number : numbers) {
      line.append(number).append(' ');
    }
    DurableFiles.write(
        directory.path().resolve(FOLDER).resolve(name),
        line.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static List<Long> read(RunDirectory directory, String name) throws IOException {
    String line =
        Files.readString(directory.path().resolve(FOLDER).resolve(name)).strip();
    List<Long> numbers = new ArrayList<>();
    for (String word : line.split(" ", -1)) {
      try {
        numbers.add(Long.parseLong(word));
      } catch (NumberFormatException e) {
        throw new IOException("'%s' of run %s is spoilt".formatted(name, directory.run()), e);
      }
    }
    return numbers;
  }

  @Override
  public synchronized void close() {
    board.close();
  }
}
