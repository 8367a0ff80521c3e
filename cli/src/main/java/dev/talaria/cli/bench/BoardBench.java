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
import java.util.function.ObjIntConsumer;

/**
 * What one writer does to a board file in a second: the operations of the dispatcher, one task in a transaction and 50,
 * and beside each the yardsticks of {@link BareRows}. All is measured in turns of a few milliseconds, because the pace of a
 * disk changes within seconds.
 */
final class BoardBench {
  private static final int BATCH = 50;
  private static final int WARM_UP = 2_000;
  private static final int TURN = 50;
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
    try (Board board = open("default");
        var bare = new BareRows(open("one"), open("rows"))) {
      progress.say("warming up");
      measure(board, bare, WARM_UP, 1);
      measure(board, bare, WARM_UP, BATCH);
      progress.say("measuring " + home.root());
      return new BoardFigures(
          tasks,
          BATCH,
          measure(board, bare, tasks, 1),
          measure(board, bare, tasks, BATCH),
          home.fileSystem());
    }
  }

  /** As the dispatcher opens it: checkpoints when pages have gathered, in the time that is measured. */
  private Board open(String name) {
    Board board =
        Board.openOrCreate(home.boards().location(name).database(), session.boardOptions());
    board.checkpointByHand();
    return board;
  }

  private BoardFigures.Rates measure(Board board, BareRows bare, int count, int batch) {
    var one = new Stopwatch();
    var create = new Stopwatch();
    var claim = new Stopwatch();
    var complete = new Stopwatch();
    var bareCreate = new Stopwatch();
    var bareClaim = new Stopwatch();
    var bareComplete = new Stopwatch();
    int turn = Math.max(TURN, batch);
    for (int from = 0; from < count; from += turn) {
      int size = Math.min(turn, count - from);
      one.run(bare.one(), size, 1, each(bare::one));
      create.run(board, size, batch, each(tx -> creation.create(tx, task())));
      bareCreate.run(bare.rows(), size, batch, each(bare::create));
      claim.run(board, size, batch, this::claim);
      bareClaim.run(bare.rows(), size, batch, each(bare::claim));
      complete.run(board, size, batch, each(this::complete));
      bareComplete.run(bare.rows(), size, batch, each(bare::complete));
    }
    return new BoardFigures.Rates(
        one.perSecond(),
        new BoardFigures.Pair(create.perSecond(), bareCreate.perSecond()),
        new BoardFigures.Pair(claim.perSecond(), bareClaim.perSecond()),
        new BoardFigures.Pair(complete.perSecond(), bareComplete.perSecond()));
  }

  private static NewTask task() {
    return NewTask.titled("bench").withAssignee(LANE).withCreatedBy("bench");
  }

  /** As the dispatcher does it: looks for the best once, then takes each. */
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

  private static ObjIntConsumer<Tx> each(Consumer<Tx> one) {
    return (tx, size) -> {
      for (int i = 0; i < size; i++) {
        one.accept(tx);
      }
    };
  }

  /** Adds up the turns of one kind. */
  private static final class Stopwatch {
    private long nanos;
    private long done;

    void run(Board board, int count, int batch, ObjIntConsumer<Tx> work) {
      long start = System.nanoTime();
      for (int from = 0; from < count; from += batch) {
        int size = Math.min(batch, count - from);
        board.change(tx -> work.accept(tx, size));
        board.checkpointIfGathered();
      }
      nanos += System.nanoTime() - start;
      done += count;
    }

    double perSecond() {
      return done / (nanos / 1e9);
    }
  }
}
