package dev.talaria.board.home;

import dev.talaria.board.Board;
import dev.talaria.board.BoardBusyException;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.ConflictException;
import dev.talaria.board.DamagedBoardException;
import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.NotABoardException;
import dev.talaria.board.SoleUse;
import dev.talaria.board.text.BoardJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Making, naming, choosing and removing boards (contract 1.4). No other board is touched, and none comes into being by a
 * name that was only mistyped: but for {@link #create}, all refuse a board that is not there.
 */
public final class BoardKeeping {
  private static final String COUNTS = "SELECT status, count(*) AS n FROM tasks GROUP BY status";

  private final BoardHome home;
  private final BoardOptions options;

  public BoardKeeping(BoardHome home, BoardOptions options) {
    this.home = home;
    this.options = options;
  }

  /**
   * What became of a removed board.
   *
   * @param action {@code archived} or {@code deleted}
   * @param newPath where an archived one is kept
   */
  public record Removed(
      String slug, String action, @Nullable Path newPath) {}

  /** Makes a board, its metadata first; one that is there is brought up to date and edited. */
  public BoardMetadata create(String slug, BoardEdits edits) {
    BoardMetadata metadata = write(slug, edits);
    Board.openOrCreate(home.location(slug).database(), options).close();
    return metadata;
  }

  /** Changes what a board's {@code board.json} says. */
  public BoardMetadata edit(String slug, BoardEdits edits) {
    home.require(slug);
    return write(slug, edits);
  }

  /** Makes it the board that is meant when none is named. */
  public void switchTo(String slug) {
    home.require(slug);
    WholeFile.write(home.current(), slug + "\n");
  }

  /** How many tasks are in which status; empty for a board without a database. */
  public Map<String, Long> counts(String slug) {
    Path database = home.location(slug).database();
    if (!Files.exists(database)) {
      return Map.of();
    }
    try (Board board = Board.openReadOnly(database, options)) {
      Map<String, Long> counts = new TreeMap<>();
      board.read(
          tx -> tx.list(COUNTS, row -> counts.put(row.requireText("status"), row.number("n"))));
      return counts;
    }
  }

  /**
   * Moves a board out of the way, to {@code boards/_archived}; all of it is kept.
   *
   * @throws ConflictException when the default board is meant, or another process uses the board
   */
  public Removed archive(String slug) {
    Path directory = removable(slug);
    Path archived = archivePath(slug);
    alone(slug, () -> move(directory, archived));
    clearCurrent(slug);
    return new Removed(slug, "archived", archived);
  }

  /** Deletes a board with its tasks, logs and workspaces; as {@link #archive} otherwise. */
  public Removed delete(String slug) {
    Path directory = removable(slug);
    if (Files.isSymbolicLink(directory)) {
      throw new ConflictException(
          "Board '%s' is not deleted: '%s' is a link. Delete what it leads to and the link yourself."
              .formatted(slug, directory));
    }
    // in one step it is no board any more; what a crash leaves is an archived one
    Path doomed = archivePath(slug);
    alone(slug, () -> move(directory, doomed));
    clearCurrent(slug);
    try {
      ScratchRemoval.delete(doomed);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Board '%s' is no board any more, but not all of '%s' could be deleted."
              .formatted(slug, doomed),
          e);
    }
    return new Removed(slug, "deleted", null);
  }

  private Path removable(String slug) {
    if (slug.equals(Slugs.DEFAULT)) {
      throw new InvalidRequestException(
          "The board 'default' always exists and cannot be removed. 'talaria archive' hides its tasks.");
    }
    home.require(slug);
    return home.directory(slug);
  }

  /** Does it while nobody else has the board open. */
  private void alone(String slug, Runnable work) {
    Path database = home.location(slug).database();
    if (!Files.exists(database)) {
      work.run();
      return;
    }
    SoleUse use;
    try {
      use = SoleUse.take(database, options);
    } catch (NotABoardException | DamagedBoardException e) {
      work.run(); // nothing can work with such a file
      return;
    } catch (BoardBusyException e) {
      throw new ConflictException(
          "Board '%s' is in use: another process has '%s' open. Stop what dispatches or follows it (talaria up, a hermes gateway, watch), then remove it."
              .formatted(slug, database),
          e);
    }
    try (use) {
      work.run();
    }
  }

  private Path archivePath(String slug) {
    Path directory = home.root().resolve("kanban/boards/_archived");
    String name = slug + "-" + options.clock().instant().getEpochSecond();
    Path path = directory.resolve(name);
    for (int i = 1; Files.exists(path, LinkOption.NOFOLLOW_LINKS); i++) {
      path = directory.resolve(name + "-" + i);
    }
    return path;
  }

  private static void move(Path directory, Path target) {
    try {
      Files.createDirectories(target.getParent());
      if (Files.isSymbolicLink(directory)) {
        // a relative link would lead elsewhere from there
        Files.createSymbolicLink(target, directory.toRealPath());
        Files.delete(directory);
      } else {
        Files.move(directory, target);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot move '%s' to '%s'.".formatted(directory, target), e);
    }
  }

  private void clearCurrent(String slug) {
    try {
      if (home.isCurrentPointer(slug)) {
        Files.deleteIfExists(home.current());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove '%s'.".formatted(home.current()), e);
    }
  }

  private BoardMetadata write(String slug, BoardEdits edits) {
    BoardMetadata metadata =
        home.metadata(slug).edited(edits, options.clock().instant().getEpochSecond());
    WholeFile.write(home.metadataFile(slug), BoardJson.indented(metadata.json()) + "\n");
    return metadata;
  }
}
