package dev.talaria.broker;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A single-node Kafka broker (KRaft, controller and broker in one) inside this JVM.
 *
 * <p>Topics, offsets and the cluster id live in the given directory and survive restarts and SIGKILL; what was acknowledged
 * before a crash of the process is there afterwards (a power cut may take the last seconds: Kafka leaves flushing to the
 * operating system). The address stays the same over restarts as long as its port is free, so that clients in other
 * processes find their way back.
 *
 * <p>It listens on loopback unless told otherwise, and asks nobody for credentials: whoever can reach it may use it.
 *
 * <p>Thread-safe. {@code start} and {@code close} may be repeated; an instance that was closed is not started again: make
 * a new one on the same directory.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedBroker.class);

  private final EmbeddedBrokerConfig config;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private @Nullable DataDirectory directory;
  private @Nullable BoundSockets sockets;
  private @Nullable KafkaNode node;
  private @Nullable String address;
  private boolean closed;

  public EmbeddedBroker(EmbeddedBrokerConfig config) {
    this.config = config;
  }

  /**
   * Returns when clients can connect.
   *
   * @throws EmbeddedBrokerException when the directory is in use or not a broker's, when the port asked for is taken, or
   *     when Kafka cannot start; nothing is held then
   */
  public synchronized void start() {
    if (closed) {
      throw new IllegalStateException(
          "The broker in '%s' was closed; make a new one.".formatted(config.directory()));
    }
    if (address != null) {
      return;
    }
    long begun = System.nanoTime();
    try {
      var taken = DataDirectory.open(config.directory().toAbsolutePath());
      directory = taken;
      var bound = BoundSockets.bind(
          config.address(), config.port(), taken.clientPort(), taken.controllerPort());
      sockets = bound;
      taken.remember(bound.clientPort(), bound.controllerPort());
      ExitGuard.install(this::fail);
      var built = KafkaNode.build(config, taken, bound, this::fail);
      node = built;
      built.start();
      address = config.address() + ":" + bound.clientPort();
      log.info(
          "Embedded broker on {} with data in {}, started in {} ms",
          address,
          taken.path(),
          Duration.ofNanos(System.nanoTime() - begun).toMillis());
    } catch (EmbeddedBrokerException e) {
      close();
      throw e;
    } catch (RuntimeException e) {
      close();
      throw new EmbeddedBrokerException(
          "Cannot start the embedded broker in '%s': %s.".formatted(config.directory(), e), e);
    }
  }

  /** {@code host:port} for clients; only after {@link #start()}. */
  public synchronized String bootstrapServers() {
    if (address == null || closed) {
      throw new IllegalStateException(
          "The broker in '%s' is not running.".formatted(config.directory()));
    }
    return address;
  }

  /** Why the broker can no longer serve, if it failed after its start. Closing it is left to the caller. */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure.get());
  }

  /**
   * Stops serving and releases the directory, within the configured time. Kafka that does not end by then is left behind,
   * said aloud, with its sockets closed; the directory then stays taken until the JVM ends.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    boolean ended = node == null || stop(node);
    if (sockets != null) {
      sockets.close();
    }
    if (ended && directory != null) {
      directory.close();
    }
  }

  private boolean stop(KafkaNode running) {
    var done = new CompletableFuture<@Nullable Void>();
    var stopper = new Thread(
        () -> {
          try {
            running.stop();
            done.complete(null);
          } catch (Throwable e) {
            done.completeExceptionally(e);
          }
        },
        "talaria-broker-stop");
    stopper.setDaemon(true);
    stopper.start();
    try {
      done.get(config.closeTimeout().toMillis(), TimeUnit.MILLISECONDS);
      log.info("Embedded broker in {} stopped", config.directory());
      return true;
    } catch (TimeoutException e) {
      var stuck = new IllegalStateException("where '%s' is".formatted(stopper.getName()));
      stuck.setStackTrace(stopper.getStackTrace());
      log.warn(
          "The embedded broker in {} did not stop within {}; it is left behind and its directory stays taken until this process ends",
          config.directory(),
          config.closeTimeout(),
          stuck);
      return false;
    } catch (ExecutionException e) {
      log.warn("The embedded broker in {} stopped with an error", config.directory(), e.getCause());
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      log.warn("Interrupted while the embedded broker in {} stops", config.directory());
      return false;
    }
  }

  private void fail(Throwable cause) {
    if (failure.compareAndSet(null, cause)) {
      config.onFailure().accept(cause);
    }
  }
}
