package dev.talaria.board.order;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.talaria.board.BoardStoreException;
import dev.talaria.protocol.message.StandingOrder;
import dev.talaria.protocol.message.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The orders of a host in {@code <home>/talaria/paused}: looked at before each start of a worker, with Kafka or without it.
 * No file means that nothing is ordered. A file that cannot be read means that everything is paused: somebody meant to stop
 * something. Several processes may use it; thread-safe.
 */
public final class OrderFile {
  static final String NAME = "paused";
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long AGAIN_NANOS = Duration.ofMillis(5).toNanos();

  private final Path file;
  private final JsonMapper json = new Wire().mapper();
  private Seen seen = new Seen(null, HostOrders.NONE);

  /**
   * The file of a host.
   *
   * @param talaria {@code <home>/talaria}
   */
  public OrderFile(Path talaria) {
    this.file = talaria.resolve(NAME);
  }

  /** What tells one content of the file from another; null where there is no file. */
  private record Mark(@Nullable Object inode, long modified, long size) {}

  private record Seen(@Nullable Mark mark, HostOrders orders) {}

  public Path path() {
    return file;
  }

  /** The orders in force now. While the file stays as it is this costs one look at its attributes. */
  public synchronized HostOrders current() {
    Mark mark = mark();
    if (!java.util.Objects.equals(mark, seen.mark())) {
      seen = new Seen(mark, mark == null ? HostOrders.NONE : inForce(mark));
    }
    return seen.orders();
  }

  /** Whether the file was changed since {@link #current} was asked last. */
  public synchronized boolean hasChanged() {
    return !java.util.Objects.equals(mark(), seen.mark());
  }

  /**
   * What is written there.
   *
   * @throws BoardStoreException when it cannot be read
   */
  public OrderBook read() {
    try {
      return parsed(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      return OrderBook.EMPTY;
    } catch (IOException | IllegalArgumentException e) {
      throw new BoardStoreException(malformed(e), e);
    }
  }

  /**
   * Changes the book; nobody else does meanwhile. After return the change survives a power cut.
   *
   * @throws BoardStoreException when the file cannot be read, and so is left as it is
   */
  public OrderBook change(UnaryOperator<OrderBook> how) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Path beside = file.resolveSibling(NAME + ".lock");
      try (FileChannel channel =
              FileChannel.open(beside, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock held = lock(channel)) {
        OrderBook before = read();
        OrderBook after = how.apply(before);
        if (held.isValid() && !after.equals(before)) {
          write(after);
        }
        return after;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write '%s'.".formatted(file), e);
    }
  }

  /** Another thread of this JVM is refused at once where another process waits. */
  private static FileLock lock(FileChannel channel) throws IOException {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        FileLock lock = channel.tryLock();
        if (lock != null) {
          return lock;
        }
      } catch (OverlappingFileLockException e) {
        // as if another process had it
      }
      if (System.nanoTime() > until) {
        throw new IOException("another process has held it for " + PATIENCE.toSeconds() + " s");
      }
      LockSupport.parkNanos(AGAIN_NANOS);
    }
  }

  private void write(OrderBook book) throws IOException {
    if (book.isEmpty()) {
      Files.deleteIfExists(file);
    } else {
      Path next = file.resolveSibling(NAME + ".tmp");
      try (FileChannel channel = FileChannel.open(
          next,
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.WRITE)) {
        ByteBuffer bytes =
            ByteBuffer.wrap(json.writerWithDefaultPrettyPrinter().writeValueAsBytes(book));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
    try (FileChannel directory =
        FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  private HostOrders inForce(Mark mark) {
    try {
      return new HostOrders(read().orders().stream().map(OrderBook.Entry::order).toList());
    } catch (BoardStoreException e) {
      return new HostOrders(List.of(new StandingOrder(
          StandingOrder.Act.PAUSE,
          StandingOrder.Scope.ALL,
          null,
          "talaria",
          e.getMessage(),
          mark.modified() / 1_000_000,
          null)));
    }
  }

  private OrderBook parsed(byte[] bytes) {
    try {
      OrderBook book = json.readValue(bytes, OrderBook.class);
      if (book == null) {
        throw new IllegalArgumentException("it is null");
      }
      return book;
    } catch (JacksonException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
    }
  }

  private String malformed(Exception e) {
    return "the orders in '%s' cannot be read (%s), so nothing starts on this host; put the file right, or remove it"
        .formatted(file, firstLine(e));
  }

  private static String firstLine(Exception e) {
    String text = String.valueOf(e.getMessage());
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }

  private @Nullable Mark mark() {
    try {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new Mark(
          attributes.fileKey(),
          attributes.lastModifiedTime().to(java.util.concurrent.TimeUnit.NANOSECONDS),
          attributes.size());
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      return new Mark(null, -1, -1);
    }
  }
}
