package dev.talaria.board.schema;

import dev.talaria.board.Tx;
import java.util.Optional;

/** Facts about the file itself, in {@code talaria_meta}: lineage, the board's key, partition count and the like. */
public final class BoardFacts {
  /** The board's key on the bus, host/slug. */
  public static final String BOARD = "board";

  /** How many lives this file has had; grows when it turns out to be a restored copy. */
  public static final String LINEAGE = "lineage";

  /** Partition count of the topics that are keyed by board. */
  public static final String PARTITIONS = "partitions";

  /** When an operator agreed that Talaria dispatches this board, epoch seconds. */
  public static final String DISPATCH_ACCEPTED = "dispatch_accepted";

  /**
   * Events up to this id are published, in the present lineage; written by the dispatcher about once a minute, so it may
   * lag behind. Garbage collection stops before it.
   */
  public static final String PUBLISHED = "published";

  /** There while a dispatcher serves the board, since epoch seconds; one that finds it did not follow a clean stop. */
  public static final String DISPATCHING = "dispatching";

  /** When the file was last checked in full, epoch seconds. */
  public static final String CHECKED = "checked";

  /** The event up to which a recompute has looked at all that changed. */
  public static final String RECOMPUTED_TO = "recomputed_to";

  private static final String GET = "SELECT value FROM talaria_meta WHERE key = ?";
  private static final String PUT =
      "INSERT INTO talaria_meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
  private static final String DELETE = "DELETE FROM talaria_meta WHERE key = ?";

  private BoardFacts() {}

  public static Optional<String> get(Tx tx, String key) {
    return tx.first(GET, row -> row.requireText("value"), key);
  }

  public static void put(Tx tx, String key, String value) {
    tx.update(PUT, key, value);
  }

  public static void remove(Tx tx, String key) {
    tx.update(DELETE, key);
  }
}
