package dev.talaria.board.task;

import dev.talaria.board.Board;

/** For tests of the texts that {@link TaskList} puts together. */
public final class TaskLists {
  private TaskLists() {}

  /** The query for one page; with a number for each parameter. */
  public static String sql(Board board, TaskFilter filter) {
    return board.<String>read(tx -> TaskList.Query.all(tx, filter)
        .ordered(TaskSort.of(filter.sort()).orderBy())
        .limited(filter.limit())
        .sql()
        .replace("?", "1"));
  }
}
