package dev.talaria.cli.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** How often per second this JVM can start a program and wait for its end, so many at a time. */
final class SpawnLimit {
  private final String program;
  private final int parallel;

  SpawnLimit(String program, int parallel) {
    this.program = program;
    this.parallel = parallel;
  }

  /** Starts it so many times; returns the seconds that this took. */
  double seconds(int times) throws InterruptedException, IOException {
    AtomicInteger left = new AtomicInteger(times);
    ExecutorService threads = Executors.newFixedThreadPool(parallel);
    try {
      long start = System.nanoTime();
      List<Future<?>> ends = new ArrayList<>();
      for (int i = 0; i < parallel; i++) {
        ends.add(threads.submit(() -> {
          while (left.getAndDecrement() > 0) {
            new ProcessBuilder(program).start().waitFor();
          }
          return null;
        }));
      }
      for (Future<?> end : ends) {
        end.get();
      }
      return (System.nanoTime() - start) / 1e9;
    } catch (ExecutionException e) {
      throw new IOException("'%s' could not be started".formatted(program), e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }
}
