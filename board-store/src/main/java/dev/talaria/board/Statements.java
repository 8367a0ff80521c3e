package dev.talaria.board;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prepared statements of one connection, kept by their text: preparing costs more than most of our statements. */
final class Statements implements AutoCloseable {
  private static final int CAPACITY = 300;

  private final Connection connection;
  private final Map<String, PreparedStatement> prepared = new LinkedHashMap<>(64, 0.75f, true);

  Statements(Connection connection) {
    this.connection = connection;
  }

  int update(String sql, @Nullable Object... parameters) throws SQLException {
    return bound(sql, parameters).executeUpdate();
  }

  <T> List<T> list(String sql, Row.Mapper<T> mapper, @Nullable Object... parameters)
      throws SQLException {
    List<T> rows = new ArrayList<>();
    try (ResultSet results = bound(sql, parameters).executeQuery()) {
      Row row = new Row(results);
      while (results.next()) {
        rows.add(mapper.map(row));
      }
    }
    return rows;
  }

  /** A statement that is used once, or must not stay prepared across a change of the schema. */
  void once(String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private PreparedStatement bound(String sql, @Nullable Object... parameters) throws SQLException {
    PreparedStatement statement = prepared.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      prepared.put(sql, statement);
      evict();
    }
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
    return statement;
  }

  private void evict() throws SQLException {
    Iterator<PreparedStatement> oldest = prepared.values().iterator();
    while (prepared.size() > CAPACITY) {
      oldest.next().close();
      oldest.remove();
    }
  }

  @Override
  public void close() throws SQLException {
    for (PreparedStatement statement : prepared.values()) {
      statement.close();
    }
    prepared.clear();
  }
}
