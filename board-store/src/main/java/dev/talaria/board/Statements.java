package dev.talaria.board;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.sqlite.core.Codes;
import org.sqlite.core.CoreStatement;
import org.sqlite.core.DB;

/**
 * Prepared statements of one connection, kept by their text: preparing costs more than most of our statements.
 *
 * <p>They are stepped through the driver's inner interface. Its result sets fetch the names of all columns anew at each
 * execution, which takes longer than finding and reading a row of {@code tasks}.
 */
final class Statements implements AutoCloseable {
  private static final int CAPACITY = 300;
  private static final String LAST_ID = "SELECT last_insert_rowid() AS n";

  private final Connection connection;
  private final Map<String, Cached> prepared = new LinkedHashMap<>(64, 0.75f, true);

  Statements(Connection connection) {
    this.connection = connection;
  }

  /** A statement and where its columns are. */
  private static final class Cached {
    private final PreparedStatement statement;
    private final CoreStatement core;
    private final Map<String, Integer> positions;
    private boolean inUse;

    Cached(PreparedStatement statement) throws SQLException {
      this.statement = statement;
      this.core = (CoreStatement) statement;
      // transactions are ours: otherwise the driver tries a BEGIN after each statement
      core.getConnectionConfig().setAutoCommit(false);
      this.positions = new LinkedHashMap<>();
      String[] names = core.pointer.safeRun(DB::column_names);
      for (int i = 0; i < names.length; i++) {
        positions.putIfAbsent(names[i], i);
      }
    }

    DB db() {
      return core.getDatabase();
    }

    /** After some errors, such as a full disk, the driver throws the statement away. */
    boolean isGone() {
      return core.pointer.isClosed();
    }

    /** Also after a failure: else it would keep its snapshot, and no values could be bound to it again. */
    void reset() throws SQLException {
      if (!isGone()) {
        core.pointer.safeRunInt(DB::reset);
      }
    }
  }

  int update(String sql, @Nullable Object... parameters) throws SQLException {
    Cached cached = cached(sql);
    return (int) cached.db().executeUpdate(cached.core, bindable(parameters));
  }

  /** Inserts and says the row's id, from {@code RETURNING} if the statement has it; 0 when nothing was inserted. */
  long insert(String sql, @Nullable Object... parameters) throws SQLException {
    Cached cached = cached(sql);
    if (!cached.positions.isEmpty()) {
      List<Long> ids = list(sql, row -> row.number("n"), parameters);
      return ids.isEmpty() ? 0 : ids.get(0);
    }
    return update(sql, parameters) == 0
        ? 0
        : list(LAST_ID, row -> row.number("n")).get(0);
  }

  <T> List<T> list(String sql, Row.Mapper<T> mapper, @Nullable Object... parameters)
      throws SQLException {
    List<T> rows = new ArrayList<>();
    each(sql, row -> rows.add(mapper.map(row)), parameters);
    return rows;
  }

  /** Hands over one row after the other, as long as the answer is true; nothing is gathered. */
  void each(String sql, Predicate<Row> wantsMore, @Nullable Object... parameters)
      throws SQLException {
    Cached cached = cached(sql);
    if (cached.inUse) {
      throw new IllegalStateException("A query was asked again while its rows are read: " + sql);
    }
    cached.inUse = true;
    try {
      if (cached.db().execute(cached.core, bindable(parameters))) {
        cached.core.pointer.safeRunConsume((db, pointer) -> step(db, pointer, cached, wantsMore));
      }
    } finally {
      cached.inUse = false;
      cached.reset();
    }
  }

  private static void step(DB db, long pointer, Cached cached, Predicate<Row> wantsMore)
      throws SQLException {
    var row = new Row(db, pointer, cached.positions);
    int result = Codes.SQLITE_ROW;
    while (result == Codes.SQLITE_ROW && wantsMore.test(row)) {
      result = db.step(pointer) & 0xFF;
    }
    if (result != Codes.SQLITE_ROW && result != Codes.SQLITE_DONE) {
      db.throwex(result);
    }
  }

  private static @Nullable Object[] bindable(@Nullable Object... parameters) {
    for (int i = 0; i < parameters.length; i++) {
      if (parameters[i] instanceof Boolean flag) {
        parameters[i] = flag ? 1 : 0;
      }
    }
    return parameters;
  }

  private Cached cached(String sql) throws SQLException {
    Cached cached = prepared.get(sql);
    if (cached == null || cached.isGone()) {
      cached = new Cached(connection.prepareStatement(sql));
      prepared.put(sql, cached);
      evict();
    }
    return cached;
  }

  private void evict() throws SQLException {
    Iterator<Cached> oldest = prepared.values().iterator();
    while (prepared.size() > CAPACITY) {
      Cached candidate = oldest.next();
      if (!candidate.inUse) {
        candidate.statement.close();
        oldest.remove();
      }
    }
  }

  @Override
  public void close() throws SQLException {
    for (Cached cached : prepared.values()) {
      cached.statement.close();
    }
    prepared.clear();
  }
}
