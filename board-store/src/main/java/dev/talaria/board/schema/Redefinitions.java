package dev.talaria.board.schema;

import dev.talaria.board.Tx;
import java.util.List;

/** Indexes of ours that a file has in a former definition: they are dropped, and made as they are defined now. */
final class Redefinitions {
  private static final String DEFINED =
      "SELECT sql FROM sqlite_master WHERE type = 'index' AND name = ?";

  private Redefinitions() {}

  /** Their names; what is not there at all is not among them. */
  static List<String> due(Tx tx) {
    return TalariaSchema.REDEFINED.entrySet().stream()
        .filter(index -> tx.first(DEFINED, row -> row.requireText("sql"), index.getKey())
            .filter(sql -> !columns(sql).equals(columns(index.getValue())))
            .isPresent())
        .map(java.util.Map.Entry::getKey)
        .sorted()
        .toList();
  }

  /** From the table on: what stands before is written differently in the file. */
  private static String columns(String ddl) {
    return ddl.substring(ddl.indexOf(" ON ")).replaceAll("\\s+", "");
  }
}
