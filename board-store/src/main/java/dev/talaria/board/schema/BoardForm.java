package dev.talaria.board.schema;

import dev.talaria.board.NewerBoardException;
import dev.talaria.board.NotABoardException;
import dev.talaria.board.Tx;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What form a file has, and the one way to bring it up to date. Inspecting writes nothing; what is refused here is
 * refused before the first write.
 */
public final class BoardForm {
  private static final String OBJECTS =
      "SELECT type, name FROM sqlite_master WHERE type IN ('table', 'index')";
  private static final String META_VALUE = "SELECT value FROM talaria_meta WHERE key = ?";
  private static final String RUNNING_WITHOUT_RUN =
      "SELECT 1 AS n FROM tasks WHERE status = 'running' AND current_run_id IS NULL LIMIT 1";

  private enum State {
    EMPTY,
    OLD,
    WITHOUT_TALARIA,
    CURRENT
  }

  private final State state;

  private BoardForm(State state) {
    this.state = state;
  }

  /**
   * Looks at the file.
   *
   * @param create whether an empty file is welcome
   */
  public static BoardForm inspect(Tx tx, Path path, boolean create) {
    Set<String> objects = new HashSet<>(tx.list(OBJECTS, row -> row.requireText("name")));
    objects.removeIf(name -> name.startsWith("sqlite_"));
    if (objects.isEmpty() && create) {
      return new BoardForm(State.EMPTY);
    }
    if (!objects.contains("tasks")) {
      throw refused(path, "it has no table 'tasks'");
    }
    refuseNewer(tx, path, objects);
    Set<String> columns = Columns.of(tx, "tasks");
    requireColumns(path, "tasks", columns, HermesSchema.OLDEST_TASK_COLUMNS);
    boolean complete = columns.containsAll(HermesSchema.LATE_TASK_COLUMNS.keySet());
    for (Map.Entry<String, Set<String>> table : HermesSchema.OTHER_COLUMNS.entrySet()) {
      if (objects.contains(table.getKey())) {
        Set<String> present = Columns.of(tx, table.getKey());
        Set<String> required = new HashSet<>(table.getValue());
        requireColumns(path, table.getKey(), present, required);
        complete &= hasLateColumn(table.getKey(), present);
      } else {
        complete = false;
      }
    }
    complete &= objects.containsAll(HermesSchema.INDEXES);
    if (!complete) {
      return new BoardForm(State.OLD);
    }
    boolean talaria = objects.containsAll(TalariaObjects.NAMES)
        && version(tx) == TalariaSchema.VERSION
        && Redefinitions.due(tx).isEmpty();
    boolean current = talaria && !tx.exists(RUNNING_WITHOUT_RUN);
    return new BoardForm(current ? State.CURRENT : State.WITHOUT_TALARIA);
  }

  /** Refuses a file that would have to be changed before it can be read. */
  public static BoardForm requireReadable(Tx tx, Path path) {
    BoardForm form = inspect(tx, path, false);
    if (form.state == State.OLD || form.state == State.EMPTY) {
      throw refused(
          path,
          "it has an older form; open it once for writing, with any verb that changes something");
    }
    return form;
  }

  public boolean isCurrent() {
    return state == State.CURRENT;
  }

  /** Whether hermes's own tables are about to change, so that a copy should be kept. */
  public boolean needsCopyFirst(Tx tx) {
    return state == State.OLD
        || state == State.WITHOUT_TALARIA
            && !LegacyMigration.wasHereBefore(tx)
            && LegacyMigration.hasOldEventKinds(tx);
  }

  /** Creates what is missing and carries old content over; running it again changes nothing. */
  public void bringUpToDate(Tx tx) {
    if (state == State.CURRENT) {
      return; // another process was faster
    }
    HermesSchema.TABLE_DDL.forEach(tx::update);
    LegacyMigration.addColumns(tx);
    HermesSchema.INDEX_DDL.forEach(tx::update);
    Redefinitions.due(tx).forEach(index -> tx.update("DROP INDEX " + index));
    TalariaSchema.DDL.forEach(tx::update);
    TalariaSchema.OBSOLETE.forEach(tx::update);
    LegacyMigration.adoptRunningTasks(tx);
    if (version(tx) == 0) {
      LegacyMigration.renameEventKinds(tx);
    }
    BoardFacts.put(tx, TalariaSchema.VERSION_KEY, Integer.toString(TalariaSchema.VERSION));
  }

  private static void refuseNewer(Tx tx, Path path, Set<String> objects) {
    long found = objects.contains("talaria_meta") ? version(tx) : 0;
    if (found > TalariaSchema.VERSION) {
      throw new NewerBoardException(
          "Cannot open board '%s': talaria schema %d is newer than this build (%d). Upgrade Talaria on this host."
              .formatted(path, found, TalariaSchema.VERSION));
    }
  }

  private static long version(Tx tx) {
    return tx.first(META_VALUE, row -> row.number("value"), TalariaSchema.VERSION_KEY)
        .orElse(0L);
  }

  private static boolean hasLateColumn(String table, Set<String> present) {
    return switch (table) {
      case "task_events" -> present.contains("run_id");
      case "kanban_notify_subs" -> present.contains("notifier_profile");
      default -> true;
    };
  }

  private static void requireColumns(
      Path path, String table, Set<String> present, Set<String> required) {
    Set<String> missing = new TreeSet<>(required);
    missing.removeAll(present);
    if (!missing.isEmpty()) {
      throw refused(path, "table '%s' lacks %s".formatted(table, List.copyOf(missing)));
    }
  }

  private static NotABoardException refused(Path path, String found) {
    return new NotABoardException(
        "Cannot open board '%s': %s. Nothing was changed; check that the path names a kanban board."
            .formatted(path, found));
  }
}
