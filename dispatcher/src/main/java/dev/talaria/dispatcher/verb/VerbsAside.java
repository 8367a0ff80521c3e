package dev.talaria.dispatcher.verb;

import dev.talaria.board.Board;
import dev.talaria.board.BoardStoreException;
import dev.talaria.board.Tx;
import dev.talaria.dispatcher.reply.Replies;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.BoardCommand.Verb;
import dev.talaria.protocol.message.Reply.VerbDone;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verbs that must not hold the board's owner up: on threads of their own, each with a connection of its own. What waits is
 * bounded, and what nobody waits for any more is not done.
 */
public final class VerbsAside implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(VerbsAside.class);
  private static final int THREADS = 2;
  private static final int MOST_WAITING = 64;
  private static final long IDLE_SECONDS = 30;
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final BoardKey key;
  private final Supplier<Board> boards;
  private final Replies replies;
  private final InstantSource clock;
  private final Set<String> underWay = ConcurrentHashMap.newKeySet();
  private final ThreadPoolExecutor threads;

  /**
   * Threads for one board; they exist while there is something to do.
   *
   * @param boards opens the board for writing: a list lets go what nothing holds back
   */
  public VerbsAside(BoardKey key, Supplier<Board> boards, Replies replies, InstantSource clock) {
    this.key = key;
    this.boards = boards;
    this.replies = replies;
    this.clock = clock;
    this.threads = new ThreadPoolExecutor(
        THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
          var thread = new Thread(work, "board-" + key + "-verbs");
          thread.setDaemon(true);
          return thread;
        });
    threads.allowCoreThreadTimeOut(true);
  }

  /** Keeps the outcome of a verb that may be done once only. */
  interface Note {
    void of(Tx tx, Verb verb, VerbOutcome outcome);
  }

  boolean isUnderWay(String commandId) {
    return underWay.contains(commandId);
  }

  boolean isFull() {
    return threads.getQueue().size() >= MOST_WAITING;
  }

  /**
   * Starts a verb.
   *
   * @param note null where it may be done again
   */
  void start(Verb verb, VerbRunner runner, @Nullable Note note) {
    if (underWay.add(verb.commandId())) {
      threads.execute(() -> {
        try {
          carryOut(verb, runner, note);
        } finally {
          underWay.remove(verb.commandId());
        }
      });
    }
  }

  private void carryOut(Verb verb, VerbRunner runner, @Nullable Note note) {
    if (note == null && verb.expiresAt() <= clock.millis()) {
      return;
    }
    VerbOutcome outcome = null;
    try (Board board = boards.get()) {
      VerbOutcome done = run(verb, runner, board);
      outcome = done;
      if (note != null) {
        board.change(tx -> note.of(tx, verb, done));
      }
    } catch (RuntimeException e) { // whatever it is, its asker is told
      log.warn("The verb {} could not be carried out, or noted: {}", verb.commandId(), e + "");
      outcome = outcome == null ? VerbOutcome.refused(String.valueOf(e.getMessage())) : outcome;
    }
    replies.send(List.of(new VerbDone(
        verb.asker(), verb.commandId(), outcome.exit(), outcome.out(), outcome.err())));
  }

  private VerbOutcome run(Verb verb, VerbRunner runner, Board board) {
    try {
      return runner.run(key, board, verb);
    } catch (BoardStoreException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError e) { // whatever it is, its asker is told
      log.warn("The verb {} of {} failed", verb.commandId(), verb.asker(), e);
      return VerbOutcome.refused("Unexpected failure on the board's host: %s.".formatted(e));
    }
  }

  /** Begins nothing any more, and waits a moment for what is under way. */
  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
