package dev.talaria.dispatcher;

import dev.talaria.board.Board;
import dev.talaria.board.BoardStoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The owner's one writing connection to its board's file, which may be replaced under it. For the owner's thread, but for
 * the first {@link #open} and the last {@link #close}.
 */
final class OwnedFile implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OwnedFile.class);
  private static final long CHECKPOINT_NANOS = Duration.ofSeconds(1).toNanos();

  private final BoardFile file;
  private final Supplier<Board> boards;
  private @Nullable Board board;
  private @Nullable Object inode;
  private long dataVersion = -1;
  private long lastCheckpoint;
  private boolean committed;

  /**
   * @param boards opens the board
   */
  OwnedFile(BoardFile file, Supplier<Board> boards) {
    this.file = file;
    this.boards = boards;
  }

  /** The board as opened last; null before that, and after {@link #abandon}. */
  @Nullable
  Board board() {
    return board;
  }

  /** Opens the file that is there now. */
  Board open() {
    Board opened = boards.get();
    opened.checkpointByHand();
    board = opened;
    inode = inodeOnDisk();
    return opened;
  }

  /**
   * Whether another file is in the place of the one that is open.
   *
   * @throws BoardStoreException when there is none
   */
  boolean isReplaced() {
    Object onDisk = inodeOnDisk();
    if (onDisk == null && inode != null) {
      throw new BoardStoreException(
          "the file '%s' is not there; nothing is written until it is back".formatted(file.db()));
    }
    return !Objects.equals(onDisk, inode);
  }

  private @Nullable Object inodeOnDisk() {
    try {
      return Files.readAttributes(file.db(), BasicFileAttributes.class).fileKey();
    } catch (IOException e) {
      return null;
    }
  }

  /** Lets go of a file that was replaced. */
  void abandon() {
    try {
      close();
    } catch (BoardStoreException e) {
      log.debug("closing the replaced file of board '{}': {}", file.key(), e.getMessage());
    }
  }

  /** Whether another connection has committed since the last time that this was asked. */
  boolean othersCommitted(Board current) {
    long version = current.dataVersion();
    boolean changed = version != dataVersion;
    dataVersion = version;
    return changed;
  }

  /** Something was committed by this connection. */
  void committed() {
    committed = true;
  }

  /** Copies what was committed from the log into the file: once a second, and when much has gathered. */
  void checkpointNowAndThen() {
    Board current = board;
    if (current == null || !committed) {
      return;
    }
    long now = System.nanoTime();
    if (now - lastCheckpoint > CHECKPOINT_NANOS) {
      current.checkpoint();
      lastCheckpoint = now;
      committed = false;
    } else {
      current.checkpointIfGathered();
    }
  }

  @Override
  public void close() {
    Board current = board;
    board = null;
    if (current != null) {
      current.close();
    }
  }
}
