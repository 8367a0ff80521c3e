package dev.talaria.board;

import dev.talaria.board.schema.BoardForm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One opened board file: one SQLite connection, for one owner thread. Several boards, in this process or others, may be
 * open on one file; SQLite orders their writes.
 *
 * <p>A daemon keeps one open for its whole life and opens it before anything else touches the file. No code of this
 * process may open and close the file, or its {@code -wal} and {@code -shm}, outside SQLite while a board is open: POSIX
 * locks belong to the process, and that close drops SQLite's own.
 */
public final class Board implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Board.class);
  private static final int HEADER_BYTES = 100;

  /**
   * Pages between two checkpoints by hand. An operation writes about 14, most of them again and again: at 100 pages a
   * checkpoint costs a quarter of the throughput, at 1,000 a twentieth, and beyond nothing is gained.
   */
  private static final int GATHERED_PAGES = 1_000;

  private static final long LARGEST_KEPT_WAL_BYTES = 64L << 20;

  private final Path path;
  private final BoardOptions options;
  private final Connection connection;
  private final Statements statements;
  private final boolean writable;
  private @Nullable Path legacyCopy;
  private boolean inTransaction;

  /** What transactions take part in instead of beginning; null but while {@link #joined} has given this board away. */
  private @Nullable Tx joined;

  private Board(Path path, BoardOptions options, Connection connection, boolean writable) {
    this.path = path;
    this.options = options;
    this.connection = connection;
    this.statements = new Statements(connection);
    this.writable = writable;
  }

  /**
   * Opens a board that exists, bringing an older form up to date.
   *
   * @throws NotABoardException when the file is missing, empty or something else; it is unchanged
   * @throws NewerBoardException when a newer Talaria wrote it; it is unchanged
   * @throws DamagedBoardException when SQLite finds it damaged; it is unchanged
   */
  public static Board open(Path path, BoardOptions options) {
    requireFile(path);
    return prepare(path, options, false);
  }

  /** As {@link #open}, but a missing or empty file becomes a new board. */
  public static Board openOrCreate(Path path, BoardOptions options) {
    Connections.createParent(path);
    return prepare(path, options, true);
  }

  /** Opens for reading only; an older form is refused rather than changed. */
  public static Board openReadOnly(Path path, BoardOptions options) {
    requireFile(path);
    Connection connection = Connections.open(path, options, false);
    var board = new Board(path, options, connection, false);
    try {
      board.read(tx -> BoardForm.requireReadable(tx, path));
      return board;
    } catch (RuntimeException e) {
      throw board.closedAfter(e);
    }
  }

  private static Board prepare(Path path, BoardOptions options, boolean create) {
    refuseWithoutHeader(path);
    Connection connection = Connections.open(path, options, true);
    var board = new Board(path, options, connection, true);
    try {
      BoardForm form = board.read(tx -> BoardForm.inspect(tx, path, create));
      Connections.prepareForWriting(connection, path, options);
      if (!form.isCurrent()) {
        board.change(tx -> board.bringUpToDate(tx, create));
      }
      return board;
    } catch (RuntimeException e) {
      throw board.closedAfter(e);
    }
  }

  /** Looks again, now that no other process can: only one of several that open an old file at once migrates it. */
  private void bringUpToDate(Tx tx, boolean create) {
    BoardForm form = BoardForm.inspect(tx, path, create);
    if (form.needsCopyFirst(tx)) {
      legacyCopy = LegacyCopy.make(path, options);
      log.info(
          "Board '{}' has an older form; a copy is kept in '{}' before it is changed.",
          path,
          legacyCopy);
    }
    form.bringUpToDate(tx);
  }

  /** Where the file is kept as it was, if opening it brought it up to date from an older form. */
  public Optional<Path> legacyCopy() {
    return Optional.ofNullable(legacyCopy);
  }

  /**
   * Does the work in one durable transaction: it is committed when this returns, and nothing of it happened when this
   * throws.
   *
   * @throws BoardBusyException when another writer held the board for longer than the time-out; may be tried again
   */
  public <T> T write(Work<T> work) {
    if (!writable) {
      throw new IllegalStateException("Board '%s' was opened for reading only.".formatted(path));
    }
    return transact("BEGIN IMMEDIATE", "COMMIT", true, work);
  }

  /** As {@link #write}, for work without a result. */
  public void change(Consumer<Tx> work) {
    write(tx -> {
      work.accept(tx);
      return Boolean.TRUE;
    });
  }

  /** Does the work on one unchanging snapshot. Keep it short: an open snapshot keeps the WAL from being reset. */
  public <T> T read(Work<T> work) {
    return transact("BEGIN", "COMMIT", false, work);
  }

  /** Lets the work have this board while its transaction is open: see {@link Tx#asBoard}. */
  <T> T joined(Tx outer, Function<Board, T> work) {
    joined = outer;
    try {
      return work.apply(this);
    } finally {
      joined = null;
    }
  }

  private <T> T transact(String begin, String end, boolean writing, Work<T> work) {
    Tx outer = joined;
    if (outer != null) {
      joined = null; // what is done inside is one transaction, as anywhere
      try {
        return writing ? outer.savepoint(work) : work.in(outer);
      } finally {
        joined = outer;
      }
    }
    if (inTransaction) {
      throw new IllegalStateException(
          "A transaction is open on this board already; pass its Tx on instead.");
    }
    execute("begin a transaction", begin);
    inTransaction = true;
    var tx = new Tx(
        this, statements, options.ids(), options.clock().instant().getEpochSecond(), writing);
    try {
      T result = work.in(tx);
      execute("commit", end);
      return result;
    } catch (DamagedBoardException e) {
      rollback(e);
      throw e.at(path);
    } catch (RuntimeException | Error e) {
      rollback(e);
      throw e;
    } finally {
      tx.end();
      inTransaction = false;
    }
  }

  /** Changes whenever another connection has committed to this file; costs microseconds. */
  public long dataVersion() {
    return pragma("PRAGMA data_version").get(0) instanceof Number version ? version.longValue() : 0;
  }

  /**
   * From now on no commit of this connection moves the WAL into the file: the caller does, by {@link #checkpoint()} or
   * {@link #checkpointIfGathered}, away from its hot path. While readers come and go the WAL is seldom reset, and then
   * every commit would pay for a checkpoint: measured, 3 ms of a 0.4 ms commit.
   */
  public void checkpointByHand() {
    pragma("PRAGMA wal_autocheckpoint = 0");
    // a WAL that grew while a reader stood in the way is cut back when it is begun again
    pragma("PRAGMA journal_size_limit = " + LARGEST_KEPT_WAL_BYTES);
  }

  /**
   * Moves what no reader needs from the WAL into the file, without waiting for anybody.
   *
   * @throws DamagedBoardException when all was moved and the file is shorter than it should be (contract 1.5)
   */
  public void checkpoint() {
    long bytes = firstNumber("PRAGMA page_count") * firstNumber("PRAGMA page_size");
    if (movedAll()) {
      FileLength.require(path, bytes);
    }
  }

  private boolean movedAll() {
    try {
      return statements
          .list(
              "PRAGMA wal_checkpoint(PASSIVE)",
              row -> row.number("busy") == 0 && row.number("log") == row.number("checkpointed"))
          .get(0);
    } catch (SQLException e) {
      throw SqlErrors.wrap("move the write-ahead log of board '" + path + "'", e);
    }
  }

  private long firstNumber(String pragma) {
    return pragma(pragma).get(0) instanceof Number number ? number.longValue() : 0;
  }

  /**
   * Checkpoints once {@link #GATHERED_PAGES} have come since the last time, so that the WAL of a busy board stays small;
   * asking costs microseconds. SQLite's own rule would begin again with every commit while a reader keeps the WAL from
   * being reset, since it counts pages that were moved already.
   */
  public void checkpointIfGathered() {
    long[] wal = walPages();
    if (wal[0] - wal[1] >= GATHERED_PAGES) {
      checkpoint();
    }
  }

  private long[] walPages() {
    try {
      return statements
          .list("PRAGMA wal_checkpoint(NOOP)", row ->
              new long[] {row.number("log"), row.number("checkpointed")})
          .get(0);
    } catch (SQLException e) {
      throw SqlErrors.wrap("look at the write-ahead log of board '" + path + "'", e);
    }
  }

  /** SQLite's full check: empty when the file is sound, else what is wrong. Takes 11 s on a board of a million tasks. */
  public List<String> integrityCheck() {
    List<String> findings =
        pragma("PRAGMA integrity_check").stream().map(String::valueOf).toList();
    return findings.equals(List.of("ok")) ? List.of() : findings;
  }

  /** Writes a consistent copy, through SQLite, into a file that must not exist. */
  public void copyTo(Path copy) {
    try (var vacuum = connection.prepareStatement("VACUUM INTO ?")) {
      vacuum.setString(1, copy.toString());
      vacuum.execute();
    } catch (SQLException e) {
      throw SqlErrors.wrap("copy board '%s' to '%s'".formatted(path, copy), e);
    }
  }

  public Path path() {
    return path;
  }

  public BoardOptions options() {
    return options;
  }

  /** Ends the connection. Idempotent. */
  @Override
  public void close() {
    try {
      statements.close();
      Connections.close(connection);
    } catch (SQLException e) {
      throw SqlErrors.wrap("close board '" + path + "'", e);
    }
  }

  private List<Object> pragma(String sql) {
    try (var statement = connection.createStatement();
        var results = statement.executeQuery(sql)) {
      List<Object> values = new ArrayList<>();
      while (results.next()) {
        values.add(results.getObject(1));
      }
      return values;
    } catch (SQLException e) {
      throw SqlErrors.wrap("read board '" + path + "'", e);
    }
  }

  private void execute(String attempted, String sql) {
    try {
      statements.update(sql);
    } catch (SQLException e) {
      throw SqlErrors.wrap(attempted + " on board '" + path + "'", e);
    }
  }

  private void rollback(Throwable failure) {
    try {
      statements.update("ROLLBACK");
    } catch (SQLException e) {
      failure.addSuppressed(
          e); // SQLite may have rolled back by itself; the first error is the one to see
    }
  }

  private RuntimeException closedAfter(RuntimeException failure) {
    try {
      close();
    } catch (BoardStoreException e) {
      failure.addSuppressed(e);
    }
    if (failure instanceof DamagedBoardException damaged) {
      return damaged.at(path);
    }
    return failure instanceof NotABoardException notABoard
        ? BadHeader.explain(path, notABoard)
        : failure;
  }

  /** SQLite takes a file of one byte for an empty one, and would write over it. */
  private static void refuseWithoutHeader(Path path) {
    long length = path.toFile().length();
    if (length > 0 && length < HEADER_BYTES) {
      throw BadHeader.explain(
          path,
          new NotABoardException(
              "Cannot open board '%s': file is not a database.".formatted(path)));
    }
  }

  private static void requireFile(Path path) {
    if (!Files.isRegularFile(path) || path.toFile().length() == 0) {
      throw new NotABoardException(
          "Cannot open board '%s': there is no such file, or it is empty. Create a board with 'talaria init'."
              .formatted(path));
    }
  }
}
