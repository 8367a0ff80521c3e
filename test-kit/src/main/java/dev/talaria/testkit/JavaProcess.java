package dev.talaria.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A child JVM with its output. Thread-safe. */
public final class JavaProcess {
  private static final Duration END = Duration.ofSeconds(10);

  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private final String name;
  private final Process process;
  private final Path outputFile;
  private final List<String> lines = new ArrayList<>();
  private boolean outputEnded;

  private JavaProcess(String name, Process process, Path outputFile) {
    this.name = name;
    this.process = process;
    this.outputFile = outputFile;
  }

  static JavaProcess start(ProcessBuilder builder, String name, Path outputFile) {
    try {
      var child = new JavaProcess(name, builder.start(), outputFile);
      var reader = new Thread(child::readOutput, "output-of-" + name);
      reader.setDaemon(true);
      reader.start();
      return child;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot start '%s'.".formatted(name), e);
    }
  }

  private void readOutput() {
    try (var in = new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        var out = Files.newBufferedWriter(outputFile)) {
      for (var line = in.readLine(); line != null; line = in.readLine()) {
        out.write(line);
        out.newLine();
        out.flush();
        synchronized (lines) {
          lines.add(line);
          lines.notifyAll();
        }
      }
    } catch (IOException e) {
      // The pipe breaks when the child is killed: its output ends there.
    } finally {
      synchronized (lines) {
        outputEnded = true;
        lines.notifyAll();
      }
    }
  }

  /** The first line that was or will be written and fits. */
  public String awaitLine(Predicate<String> fits, Duration timeout) {
    return awaitLine(fits, 1, timeout);
  }

  /** The first line containing the text. */
  public String awaitLine(String text, Duration timeout) {
    return awaitLine(line -> line.contains(text), timeout);
  }

  /** The n-th line that fits; fails with the whole output when it does not come, or the process ends without it. */
  public String awaitLine(Predicate<String> fits, int occurrence, Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    synchronized (lines) {
      while (true) {
        var found = lines.stream().filter(fits).skip(occurrence - 1L).findFirst();
        if (found.isPresent()) {
          return found.get();
        }
        long left = deadline - System.nanoTime();
        if (outputEnded || left <= 0) {
          throw new AssertionError("'%s' %s without the awaited line. Its output:%n%s"
              .formatted(
                  name,
                  outputEnded ? "ended" : "ran for " + timeout,
                  String.join(System.lineSeparator(), lines)));
        }
        try {
          TimeUnit.NANOSECONDS.timedWait(lines, left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new AssertionError("Interrupted while waiting for '%s'.".formatted(name), e);
        }
      }
    }
  }

  /** SIGKILL, no good-byes; returns when it is gone. Harmless when it has ended. */
  public void kill() {
    process.toHandle().destroyForcibly();
    awaitEnd(END);
  }

  /** SIGTERM; returns its exit code, and fails when it does not end in time. */
  public int terminate(Duration timeout) {
    // Process.destroy would also close our end of the pipe, and with it lose the child's last
    // words.
    process.toHandle().destroy();
    return awaitEnd(timeout);
  }

  /** Its exit code when it ends by itself. */
  public int awaitEnd(Duration timeout) {
    try {
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("'%s' did not end within %s. Its output:%n%s"
            .formatted(name, timeout, String.join(System.lineSeparator(), output())));
      }
      awaitLastWords();
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted while waiting for '%s'.".formatted(name), e);
    }
  }

  /** The reader may be behind; a child of the child may hold the pipe open for as long as it likes. */
  private void awaitLastWords() throws InterruptedException {
    long deadline = System.nanoTime() + LAST_WORDS.toNanos();
    synchronized (lines) {
      while (!outputEnded && System.nanoTime() < deadline) {
        TimeUnit.NANOSECONDS.timedWait(lines, Math.max(1, deadline - System.nanoTime()));
      }
    }
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public long pid() {
    return process.pid();
  }

  public ProcessHandle handle() {
    return process.toHandle();
  }

  /** What it has written so far, line by line. */
  public List<String> output() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  public Path outputFile() {
    return outputFile;
  }
}
