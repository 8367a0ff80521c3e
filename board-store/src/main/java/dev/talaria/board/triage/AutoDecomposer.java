package dev.talaria.board.triage;

import dev.talaria.board.Board;
import dev.talaria.board.Tx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Divides ideas by itself, a few a tick; one that could not be divided waits longer each time. A tick asks a model and so
 * may take minutes: it belongs on a thread, and on a board connection, of its own. Without a model, make none: each idea
 * would only be made to wait.
 */
public final class AutoDecomposer {
  public static final String AUTHOR = "auto-decomposer";

  private final Board board;
  private final Planner planner;
  private final int perTick;

  /**
   * @param planner on the same board
   * @param perTick most ideas of one tick
   */
  public AutoDecomposer(Board board, Planner planner, int perTick) {
    this.board = board;
    this.planner = planner;
    this.perTick = perTick;
  }

  /** Takes the ideas whose turn it is, one after the other, as long as it may go on; says what became of each. */
  public List<TriageOutcome> tick(BooleanSupplier goesOn) {
    List<String> due = board.read(tx -> TriageAttempts.due(tx, perTick));
    List<TriageOutcome> outcomes = new ArrayList<>();
    for (String id : due) {
      if (!goesOn.getAsBoolean()) {
        break;
      }
      TriageOutcome outcome = planner.decompose(id, AUTHOR);
      outcomes.add(outcome);
      if (!outcome.ok() && goesOn.getAsBoolean()) {
        board.change(tx -> note(tx, outcome));
      }
    }
    return outcomes;
  }

  private static void note(Tx tx, TriageOutcome failed) {
    TriageAttempts.sweep(tx);
    TriageAttempts.failed(tx, failed.taskId(), failed.reason());
  }
}
