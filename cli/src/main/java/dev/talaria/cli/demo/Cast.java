package dev.talaria.cli.demo;

import dev.talaria.board.Tx;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Skills;
import dev.talaria.board.task.TaskCreation;
import java.util.ArrayList;
import java.util.List;

/**
 * The tasks of the demo. A task's name is its worker's, and for a measurement its river's.
 *
 * @param workerApi whether workers can call the worker API; if not, nobody plans, and the demo makes the planner's tasks
 */
record Cast(boolean workerApi) {
  static final String PLANNER = "planner";
  static final String GAUGE = "gauge";
  static final String WRITER = "writer";
  static final String CLIMBER = "climber";
  static final String HOPELESS = "hopeless";
  static final String QUIET = "quiet";
  static final String SLOW = "slow";
  static final String LIMITED = "limited";

  /** Who takes over from the quiet worker where it cannot call the worker API. */
  static final String HEARD = "heard";

  static final List<String> RIVERS = List.of("danube", "elbe", "loire", "tagus", "vistula");
  static final String AUTHOR = "demo";
  static final int TOTAL_FLOW = 9_790;
  static final int CODE = 4_711;
  static final int CLIMBER_RETRIES = 5;
  static final int HOPELESS_RETRIES = 3;
  static final int SLOW_RETRIES = 3;
  static final long SLOW_SECONDS = 2;

  private static final String MEASURE = "Measure the ";
  private static final String REPORT = "Write the report";

  /** Puts the tasks on the board. */
  void enter(Tx tx) {
    var creation = new TaskCreation(Skills.hermesToolsets(), null);
    creation.createAll(
        tx,
        List.of(
            task("Solve what only the strong model can", CLIMBER)
                .withMaxRetries((long) CLIMBER_RETRIES),
            task("Read the torn ledger", HOPELESS).withMaxRetries((long) HOPELESS_RETRIES),
            task("Open the valve", QUIET),
            task("Cross the map", SLOW)
                .withMaxRetries((long) SLOW_RETRIES)
                .withMaxRuntimeSeconds(SLOW_SECONDS),
            task("Ask a busy provider", LIMITED)));
    if (workerApi) {
      creation.create(tx, task("Plan a report on five rivers", PLANNER));
    } else {
      enterRivers(tx, creation);
    }
  }

  private static void enterRivers(Tx tx, TaskCreation creation) {
    List<String> ids = new ArrayList<>();
    for (String river : RIVERS) {
      ids.add(creation.create(tx, task(MEASURE + river, GAUGE)).taskId());
    }
    creation.create(tx, task(REPORT, WRITER).withParents(ids));
  }

  private static NewTask task(String title, String lane) {
    return NewTask.titled(title).withAssignee(lane).withCreatedBy(AUTHOR);
  }

  /** How many tasks there are when all are on the board. */
  int size() {
    return 5 + RIVERS.size() + 1 + (workerApi ? 1 : 0);
  }

  /** What the demo calls a task, whoever works on it now. */
  static String name(String title, String assignee) {
    if (title.startsWith(MEASURE)) {
      return gauge(title.substring(MEASURE.length()));
    }
    return assignee.equals(HEARD) ? QUIET : assignee;
  }

  static String gauge(String river) {
    return GAUGE + " " + river;
  }
}
