package dev.talaria.dispatcher;

import dev.talaria.board.Board;
import dev.talaria.board.BoardStoreException;
import dev.talaria.board.DamagedBoardException;
import dev.talaria.board.NotABoardException;
import dev.talaria.board.Tx;
import dev.talaria.board.schema.BoardFacts;
import dev.talaria.protocol.id.BoardKey;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks a board's file over in full, in the background and on a connection of its own: once a day, first of all when the
 * last dispatcher did not stop cleanly, and when an error speaks of damage (contract 1.5 step 4). From a damaged board
 * nothing is granted any more.
 *
 * <p>All but {@link #isSound} is for the board's owner thread.
 */
final class BoardCheck {
  private static final Logger log = LoggerFactory.getLogger(BoardCheck.class);
  private static final long DAY_SECONDS = 86_400;
  private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

  private final BoardKey key;
  private final Supplier<Board> boards;
  private final AtomicBoolean running = new AtomicBoolean();
  private volatile boolean damaged;
  private volatile boolean done;
  private boolean marked;
  private long lastStart = System.nanoTime() - PAUSE_NANOS;

  /**
   * @param boards opens the board
   */
  BoardCheck(BoardKey key, Supplier<Board> boards) {
    this.key = key;
    this.boards = boards;
  }

  /** Whether nothing speaks against giving out work. */
  boolean isSound() {
    return !damaged;
  }

  /** Part of the owner's tidying: notes what is known, and starts a check when one is due. */
  void tidy(Tx tx) {
    boolean due = false;
    if (!marked) {
      due = BoardFacts.get(tx, BoardFacts.DISPATCHING).isPresent();
      BoardFacts.put(tx, BoardFacts.DISPATCHING, Long.toString(tx.now()));
      marked = true;
    }
    long checked = BoardFacts.get(tx, BoardFacts.CHECKED).map(Long::parseLong).orElse(0L);
    if (done || checked == 0) {
      done = false;
      checked = tx.now();
      BoardFacts.put(tx, BoardFacts.CHECKED, Long.toString(checked));
    }
    if (due || tx.now() - checked >= DAY_SECONDS) {
      start();
    }
  }

  /** An error spoke of damage. Nothing is written for it: on a damaged board that may fail. */
  void suspect() {
    if (!damaged && System.nanoTime() - lastStart > PAUSE_NANOS) {
      start();
    }
  }

  /** Another file is in its place. */
  void replaced() {
    damaged = false;
    marked = false;
    start();
  }

  /** The dispatcher stops cleanly. */
  void stopped(Tx tx) {
    if (marked) {
      BoardFacts.remove(tx, BoardFacts.DISPATCHING);
    }
  }

  private void start() {
    lastStart = System.nanoTime();
    if (running.compareAndSet(false, true)) {
      Thread thread = new Thread(this::check, "check-" + key);
      thread.setDaemon(true);
      thread.setPriority(Thread.MIN_PRIORITY);
      thread.start();
    }
  }

  private void check() {
    long began = System.nanoTime();
    try (Board board = boards.get()) {
      tell(board.integrityCheck(), (System.nanoTime() - began) / 1_000_000);
      done = true;
    } catch (DamagedBoardException | NotABoardException e) {
      tell(List.of(String.valueOf(e.getMessage())), 0);
    } catch (BoardStoreException e) {
      log.warn("Board '{}' could not be checked: {}", key, e.getMessage());
    } finally {
      running.set(false);
    }
  }

  private void tell(List<String> findings, long millis) {
    damaged = !findings.isEmpty();
    if (damaged) {
      log.error(
          "Board '{}' is damaged; no work is given out from it any more. Stop Talaria: 'talaria list' then keeps a copy and"
              + " says what to do. Found: {}",
          key,
          findings.stream().limit(3).toList());
    } else {
      log.info("The file of board '{}' is sound; looking took {} ms.", key, millis);
    }
  }
}
