package dev.talaria.board.schema;

import dev.talaria.board.Tx;
import java.util.HashSet;
import java.util.Set;

/** The columns that a table has in this file. */
final class Columns {
  private static final String NAMES = "SELECT name FROM pragma_table_info(?)";

  private Columns() {}

  static Set<String> of(Tx tx, String table) {
    return new HashSet<>(tx.list(NAMES, row -> row.requireText("name"), table));
  }
}
