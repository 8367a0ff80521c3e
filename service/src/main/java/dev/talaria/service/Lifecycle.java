package dev.talaria.service;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Named components, started in the order in which they were added and closed in reverse, so that inputs stop before what
 * they feed. Each close has a bounded time, after which it is left behind on its own daemon thread.
 *
 * <p>Adding and starting belong to one thread; {@link #close()} may come from any, also while a start is going on (a
 * shutdown hook): no further component is started then.
 */
public final class Lifecycle implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Lifecycle.class);

  private final Duration closeLimit;
  private final List<Component> components = new ArrayList<>();
  private final Deque<Component> started = new ArrayDeque<>();
  private final List<String> problems = new ArrayList<>();
  private boolean closing;

  /** Something that may fail with anything. */
  @FunctionalInterface
  public interface Action {
    void run() throws Exception;
  }

  private record Component(String name, Action start, Action close) {}

  /** @param closeLimit for each component */
  public Lifecycle(Duration closeLimit) {
    this.closeLimit = closeLimit;
  }

  public synchronized Lifecycle add(String name, Action start, Action close) {
    components.add(new Component(name, start, close));
    return this;
  }

  /** A component that needs no start. */
  public Lifecycle add(String name, AutoCloseable component) {
    return add(name, () -> {}, component::close);
  }

  /**
   * Starts all. When one fails, those before it are closed and the failure is thrown; the failed one is closed too, as it
   * may have been half started.
   */
  public void start() {
    List<Component> all;
    synchronized (this) {
      all = List.copyOf(components);
    }
    for (var component : all) {
      synchronized (this) {
        if (closing) {
          return;
        }
        started.push(component);
      }
      try {
        component.start().run();
      } catch (Exception e) {
        close();
        if (e instanceof InterruptedException) {
          Thread.currentThread().interrupt();
        }
        throw e instanceof RuntimeException unchecked
            ? unchecked
            : new IllegalStateException("Cannot start %s.".formatted(component.name()), e);
      }
    }
  }

  /** Closes what was started, in reverse. Never throws; see {@link #problems()}. */
  @Override
  public void close() {
    synchronized (this) {
      closing = true;
    }
    while (true) {
      Component next;
      synchronized (this) {
        next = started.poll();
      }
      if (next == null) {
        return;
      }
      closeOne(next);
    }
  }

  /** What did not close in time or failed to, in words; each was logged. */
  public synchronized List<String> problems() {
    return List.copyOf(problems);
  }

  private void closeOne(Component component) {
    var done = new CountDownLatch(1);
    var failure = new AtomicReference<@Nullable Throwable>();
    var closer = new Thread(
        () -> {
          try {
            component.close().run();
          } catch (Throwable e) {
            failure.set(e);
          } finally {
            done.countDown();
          }
        },
        "close-" + component.name());
    closer.setDaemon(true);
    closer.start();
    try {
      if (!done.await(closeLimit.toMillis(), TimeUnit.MILLISECONDS)) {
        var stuck = new IllegalStateException("where it is stuck");
        stuck.setStackTrace(closer.getStackTrace());
        problem(component.name() + " did not close within " + closeLimit, stuck);
      } else if (failure.get() != null) {
        problem(component.name() + " failed to close: " + failure.get(), failure.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      problem("Interrupted while closing " + component.name(), e);
    }
  }

  private synchronized void problem(String text, @Nullable Throwable cause) {
    problems.add(text);
    log.warn("{}", text, cause);
  }
}
