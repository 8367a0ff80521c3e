package dev.talaria.board.schema;

import java.util.Set;
import java.util.stream.Collectors;

/** Names of all that {@link TalariaSchema} creates. */
final class TalariaObjects {
  private static final int NAME_WORD = 5; // CREATE TABLE|INDEX IF NOT EXISTS <name>

  static final Set<String> NAMES = TalariaSchema.DDL.stream()
      .map(ddl -> ddl.split("\\s+", -1)[NAME_WORD])
      .collect(Collectors.toUnmodifiableSet());

  private TalariaObjects() {}
}
