package dev.talaria.board;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prepared statements of one connection, kept by their text: preparing costs more than most of our statements. */
final class Statements implements AutoCloseable {
  private static final int CAPACITY = 300;

  private final Connection connection;
  private final Map<String, Cached> prepared = new LinkedHashMap<>(64, 0.75f, true);

  /** A statement and where its columns are; the driver would look for each name in each row. */
  private record Cached(PreparedStatement statement, Map<String, Integer> columns) {}

  Statements(Connection connection) {
    this.connection = connection;
  }

  int update(String sql, @Nullable Object... parameters) throws SQLException {
    return bound(sql, parameters).statement().executeUpdate();
  }

  <T> List<T> list(String sql, Row.Mapper<T> mapper, @Nullable Object... parameters)
      throws SQLException {
    List<T> rows = new ArrayList<>();
    Cached cached = bound(sql, parameters);
    try (ResultSet results = cached.statement().executeQuery()) {
      Row row = new Row(results, cached.columns());
      while (results.next()) {
        rows.add(mapper.map(row));
      }
    }
    return rows;
  }

  private Cached bound(String sql, @Nullable Object... parameters) throws SQLException {
    Cached cached = prepared.get(sql);
    if (cached == null) {
      cached = new Cached(connection.prepareStatement(sql), new HashMap<>());
      prepared.put(sql, cached);
      evict();
    }
    for (int i = 0; i < parameters.length; i++) {
      cached.statement().setObject(i + 1, parameters[i]);
    }
    return cached;
  }

  private void evict() throws SQLException {
    Iterator<Cached> oldest = prepared.values().iterator();
    while (prepared.size() > CAPACITY) {
      oldest.next().statement().close();
      oldest.remove();
    }
  }

  @Override
  public void close() throws SQLException {
    for (Cached cached : prepared.values()) {
      cached.statement().close();
    }
    prepared.clear();
  }
}
