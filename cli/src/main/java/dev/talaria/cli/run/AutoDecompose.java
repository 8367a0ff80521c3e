package dev.talaria.cli.run;

import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.triage.AutoDecomposer;
import dev.talaria.board.triage.Planner;
import dev.talaria.board.triage.TriageOutcome;
import dev.talaria.cli.text.Printable;
import dev.talaria.dispatcher.BoardFile;
import dev.talaria.protocol.id.BoardKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Divides the ideas of several boards from time to time, a few over all of them. It has a thread and board connections of its
 * own, since a model may think for minutes: granting and applying never wait for it.
 */
final class AutoDecompose implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AutoDecompose.class);
  private static final long ENDS_MILLIS = 5_000;

  private final List<BoardFile> boards;
  private final BoardOptions options;
  private final Function<Board, Planner> planners;
  private final int perTick;
  private final Duration pause;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Map<BoardKey, Set<String>> told = new HashMap<>();
  private volatile @Nullable Thread thread;
  private int first;

  /**
   * @param boards whose ideas are divided
   * @param planners makes one for a board, anew at each tick
   * @param perTick most ideas of one tick, over all boards
   * @param pause between ticks
   */
  AutoDecompose(
      List<BoardFile> boards,
      BoardOptions options,
      Function<Board, Planner> planners,
      int perTick,
      Duration pause) {
    this.boards = List.copyOf(boards);
    this.options = options;
    this.planners = planners;
    this.perTick = perTick;
    this.pause = pause;
  }

  /** Starts; the first tick comes after this time. */
  void start(Duration wait) {
    Thread started = new Thread(() -> run(wait), "auto-decomposer");
    started.setDaemon(true);
    started.start();
    thread = started;
  }

  private void run(Duration wait) {
    try {
      for (Duration next = wait;
          !stopping.await(next.toMillis(), TimeUnit.MILLISECONDS);
          next = pause) {
        tick();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // told to stop
    }
  }

  /** Begins with another board each time, so that a board full of ideas does not keep the others waiting. */
  private void tick() {
    int left = perTick;
    for (int i = 0; i < boards.size() && left > 0 && goesOn(); i++) {
      left -= divide(boards.get((first + i) % boards.size()), left);
    }
    first++;
  }

  private boolean goesOn() {
    return stopping.getCount() > 0;
  }

  /** How many ideas of a board were tried. */
  private int divide(BoardFile file, int most) {
    Set<String> troubles = new HashSet<>();
    int tried = 0;
    try (Board board = Board.open(file.db(), options)) {
      // one at a time, so that the log tells of each before the next one takes its minutes
      var decomposer = new AutoDecomposer(board, planners.apply(board), 1);
      List<TriageOutcome> outcomes;
      do {
        outcomes = decomposer.tick(this::goesOn);
        outcomes.forEach(outcome -> tell(file.key(), outcome, troubles));
        tried += outcomes.size();
      } while (tried < most && !outcomes.isEmpty() && goesOn());
      if (tried > 0) { // an idea that only waits for its next try has not been mended
        told.put(file.key(), troubles);
      }
    } catch (RuntimeException e) { // a board that cannot be used now does not end the others' turns
      complain(file.key(), "its ideas cannot be divided now: " + e.getMessage(), troubles);
      told.put(file.key(), troubles);
    }
    return tried;
  }

  private void tell(BoardKey key, TriageOutcome outcome, Set<String> troubles) {
    if (!outcome.ok()) {
      complain(key, "an idea stays in triage for now: " + outcome.reason(), troubles);
    } else if (outcome.fanout()) {
      log.info("Board '{}': {} is divided into {}.", key, outcome.taskId(), outcome.childIds());
    } else {
      log.info("Board '{}': {} is out of triage, as one task.", key, outcome.taskId());
    }
  }

  /** Says what was not the matter at the last try. */
  private void complain(BoardKey key, String trouble, Set<String> troubles) {
    boolean isNew = troubles.add(trouble) && !told.getOrDefault(key, Set.of()).contains(trouble);
    if (isNew && goesOn()) {
      log.warn("Board '{}': {}", key, Printable.line(trouble));
    }
  }

  /** Ends the command that is asked, with all that it started; what it was asked about stays as it is. */
  @Override
  public void close() {
    stopping.countDown();
    Thread running = thread;
    if (running == null) {
      return;
    }
    running.interrupt();
    try {
      running.join(ENDS_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
