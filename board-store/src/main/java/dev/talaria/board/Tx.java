package dev.talaria.board;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One open transaction. Operations take it and never open their own, so that a caller decides how much becomes durable
 * at once. Usable only inside the {@link Work} it was handed to, on that thread.
 */
public final class Tx {
  private final Board board;
  private final Statements statements;
  private final TaskIds ids;
  private final long now;
  private final boolean writable;
  private int savepoints;
  private boolean open = true;

  Tx(Board board, Statements statements, TaskIds ids, long now, boolean writable) {
    this.board = board;
    this.statements = statements;
    this.ids = ids;
    this.now = now;
    this.writable = writable;
  }

  /** The time of this transaction, in epoch seconds; the same for all that happens in it. */
  public long now() {
    return now;
  }

  public String newTaskId() {
    return ids.next();
  }

  /** Changes rows and says how many. */
  public int update(String sql, @Nullable Object... parameters) {
    checkWritable();
    try {
      return statements.update(sql, parameters);
    } catch (SQLException e) {
      throw SqlErrors.wrap("write to the board", e);
    }
  }

  /** Inserts one row, or none when a unique key is taken; says which. */
  public boolean insertUnlessTaken(String sql, @Nullable Object... parameters) {
    checkWritable();
    try {
      return statements.update(sql, parameters) == 1;
    } catch (SQLException e) {
      if (SqlErrors.isConstraint(e)) {
        return false;
      }
      throw SqlErrors.wrap("write to the board", e);
    }
  }

  /** Inserts one row and says its id; 0 when the statement selected nothing to insert. */
  public long insert(String sql, @Nullable Object... parameters) {
    checkWritable();
    try {
      return statements.insert(sql, parameters);
    } catch (SQLException e) {
      throw SqlErrors.wrap("write to the board", e);
    }
  }

  public <T> List<T> list(String sql, Row.Mapper<T> mapper, @Nullable Object... parameters) {
    checkOpen();
    try {
      return statements.list(sql, mapper, parameters);
    } catch (SQLException e) {
      throw SqlErrors.wrap("read the board", e);
    }
  }

  /**
   * Hands over one row after the other as it is read, so that any number takes no memory. Ends early once the consumer
   * answers false. Other statements may run meanwhile, this one again only after it has ended.
   */
  public void each(String sql, Predicate<Row> wantsMore, @Nullable Object... parameters) {
    checkOpen();
    try {
      statements.each(sql, wantsMore, parameters);
    } catch (SQLException e) {
      throw SqlErrors.wrap("read the board", e);
    }
  }

  public <T> Optional<T> first(String sql, Row.Mapper<T> mapper, @Nullable Object... parameters) {
    List<T> rows = list(sql, mapper, parameters);
    return rows.isEmpty() ? Optional.empty() : Optional.of(rows.get(0));
  }

  /** The number in column {@code n} of the first row; 0 without a row. */
  public long number(String sql, @Nullable Object... parameters) {
    return first(sql, row -> row.number("n"), parameters).orElse(0L);
  }

  public boolean exists(String sql, @Nullable Object... parameters) {
    return !list(sql, row -> Boolean.TRUE, parameters).isEmpty();
  }

  /**
   * Does the work so that a failure undoes only it: the transaction stays usable, and the failure is thrown on for the
   * caller to judge.
   */
  public <T> T savepoint(Work<T> work) {
    checkOpen();
    String name = "s" + savepoints++;
    execute("SAVEPOINT " + name);
    try {
      T result = work.in(this);
      execute("RELEASE " + name);
      return result;
    } catch (RuntimeException | Error e) {
      undo(name, e);
      throw e;
    } finally {
      savepoints--;
    }
  }

  /**
   * Does work that is written for a board as a part of this transaction: each transaction that it asks the board for
   * becomes a savepoint here, which is undone when it fails and becomes durable with this transaction only. The work must
   * neither keep nor close the board.
   */
  public <T> T asBoard(Function<Board, T> work) {
    checkOpen();
    return board.joined(this, work);
  }

  void end() {
    open = false;
  }

  private void undo(String name, Throwable failure) {
    try {
      execute("ROLLBACK TO " + name);
      execute("RELEASE " + name);
    } catch (BoardStoreException e) {
      failure.addSuppressed(e); // the first error is the one to see
    }
  }

  private void execute(String sql) {
    try {
      statements.update(sql);
    } catch (SQLException e) {
      throw SqlErrors.wrap("use a savepoint", e);
    }
  }

  private void checkWritable() {
    checkOpen();
    if (!writable) {
      throw new IllegalStateException("This is a read transaction; use Board.write.");
    }
  }

  private void checkOpen() {
    if (!open) {
      throw new IllegalStateException("This transaction has ended; use it only inside its work.");
    }
  }
}
