package dev.talaria.cli.bench;

import dev.talaria.board.Board;
import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.GrantClaims;
import dev.talaria.board.dispatch.GrantClaims.Claimant;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.TaskCreation;
import dev.talaria.board.transition.ClaimResult;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import dev.talaria.board.transition.Recompute;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Session;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What one writer does to a board file in a second: the operations of the dispatcher, one task in a transaction and 50,
 * and as their yardstick a transaction of one row. The yardstick goes through the same connection settings, to a table
 * without any index beside the board's own.
 */
final class BoardBench {
  private static final int BATCH = 50;
  private static final int WARM_UP = 500;
  private static final String LANE = "bench";
  private static final Claimant CLAIMANT = new Claimant("bench/main", 1, "bench", "bench:1", 900);
  private static final int CEILING = 24;

  private final Session session;
  private final BenchHome home;
  private final Progress progress;
  private final int tasks;
  private final TaskCreation creation = new TaskCreation(Set.of(), null);
  private final Completions completions =
      new Completions(new Recompute(Recompute.DEFAULT_AUTO_RECOVER_LIMIT));
  private final Deque<String> claimed = new ArrayDeque<>();

  BoardBench(Session session, BenchHome home, Progress progress, int tasks) {
    this.session = session;
    this.home = home;
    this.progress = progress;
    this.tasks = tasks;
  }

  BoardFigures run() throws IOException {
    try (Board board =
        Board.openOrCreate(home.boards().location("default").database(), session.boardOptions())) {
      board.change(tx -> tx.update("CREATE TABLE bench (id INTEGER PRIMARY KEY, text TEXT)"));
      progress.say("warming up");
      bare(board, WARM_UP);
      rates(board, WARM_UP, 1);
      rates(board, WARM_UP, BATCH);
      progress.say("measuring " + home.root());
      double before = bare(board, tasks);
      BoardFigures.Rates single = rates(board, tasks, 1);
      BoardFigures.Rates batched = rates(board, tasks, BATCH);
      double after = bare(board, tasks);
      double commits = 2 / (1 / before + 1 / after); // both together: the disk's pace changes
      return new BoardFigures(tasks, BATCH, commits, single, batched, home.fileSystem());
    }
  }

  private static double bare(Board board, int times) {
    return perSecond(
        board, times, 1, tx -> tx.update("INSERT INTO bench (text) VALUES (?)", "a row"));
  }

  private BoardFigures.Rates rates(Board board, int count, int batch) {
    double create = perSecond(board, count, batch, tx -> creation.create(tx, task()));
    double claim =
        batch == 1 ? perSecond(board, count, 1, tx -> claim(tx, 1)) : batched(board, count, batch);
    double complete = perSecond(board, count, batch, this::complete);
    return new BoardFigures.Rates(create, claim, complete);
  }

  private static NewTask task() {
    return NewTask.titled("bench").withAssignee(LANE).withCreatedBy("bench");
  }

  /** As the dispatcher does it: looks for the best once, then takes each. */
  private double batched(Board board, int count, int batch) {
    long start = System.nanoTime();
    for (int from = 0; from < count; from += batch) {
      int size = Math.min(batch, count - from);
      board.change(tx -> claim(tx, size));
    }
    return count / ((System.nanoTime() - start) / 1e9);
  }

  private void claim(Tx tx, int size) {
    for (String id : GrantClaims.bestReady(tx, LANE, size)) {
      if (!(GrantClaims.claim(tx, id, CLAIMANT, CEILING) instanceof ClaimResult.Granted)) {
        throw CliFailure.failed("Task '%s' was ready and could not be claimed.".formatted(id));
      }
      claimed.add(id);
    }
  }

  private void complete(Tx tx) {
    completions.complete(tx, claimed.remove(), Completion.empty().withSummary("done"));
  }

  private static double perSecond(Board board, int count, int batch, Consumer<Tx> one) {
    long start = System.nanoTime();
    for (int from = 0; from < count; from += batch) {
      int size = Math.min(batch, count - from);
      board.change(tx -> {
        for (int i = 0; i < size; i++) {
          one.accept(tx);
        }
      });
    }
    return count / ((System.nanoTime() - start) / 1e9);
  }
}
