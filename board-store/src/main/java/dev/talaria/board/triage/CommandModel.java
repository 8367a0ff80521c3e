package dev.talaria.board.triage;

import dev.talaria.board.text.HermesText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A model behind a command of the operator's: the request goes to its stdin as one JSON document, what it prints is the
 * answer. It is started without a shell, in the environment of this process; one that takes too long or says too much is
 * killed with all that it started.
 */
public final class CommandModel implements TriageModel {
  private static final int MOST_OUTPUT = 1 << 20;
  private static final int SHOWN_ERRORS = 500;
  private static final int KEPT_ERRORS = 8_192;
  private static final long POLL_MILLIS = 100;
  /** What it started may hold its pipes open after its own end; the answer is what came until then. */
  private static final long DRAIN_MILLIS = 1_000;

  private final List<String> command;
  private final Path directory;

  /**
   * @param command program and arguments, at least the program
   * @param directory where it runs
   */
  public CommandModel(List<String> command, Path directory) {
    if (command.isEmpty()) {
      throw new IllegalArgumentException("The command is empty; expected at least a program.");
    }
    this.command = List.copyOf(command);
    this.directory = directory;
  }

  @Override
  public Answer ask(TriageRequest request) {
    Process process;
    try {
      process = new ProcessBuilder(command).directory(directory.toFile()).start();
    } catch (IOException | IllegalArgumentException e) { // a NUL in an argument is the latter
      return error("cannot be started: %s".formatted(e.getMessage()));
    }
    var answer = new Intake(process.getInputStream(), MOST_OUTPUT, false, "triage-answer");
    var errors = new Intake(process.getErrorStream(), KEPT_ERRORS, true, "triage-errors");
    Set<ProcessHandle> tree = new LinkedHashSet<>();
    try {
      tell(process, request.json().toString().getBytes(StandardCharsets.UTF_8));
      boolean ended = await(process, request.timeout(), answer, tree);
      if (!ended) {
        return error(
            "did not answer within %d s%s".formatted(request.timeout().toSeconds(), tail(errors)));
      }
      answer.join(DRAIN_MILLIS);
      errors.join(DRAIN_MILLIS);
      if (answer.isTooMuch()) {
        return error("printed more than %d bytes".formatted(MOST_OUTPUT));
      }
      return process.exitValue() == 0
          ? new Said(answer.text())
          : error("exited with %d%s".formatted(process.exitValue(), tail(errors)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return error("was interrupted");
    } finally {
      if (process.isAlive()) {
        kill(process, tree);
      }
      answer.close();
      errors.close();
    }
  }

  /** False when the time is over; true as well when there is nothing more to wait for, as its output is too long. */
  private static boolean await(
      Process process, Duration timeout, Intake answer, Set<ProcessHandle> tree)
      throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (!answer.isTooMuch()) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (process.waitFor(Math.max(0, Math.min(left, POLL_MILLIS)), TimeUnit.MILLISECONDS)) {
        return true;
      }
      if (left <= 0) {
        return false;
      }
      // a child whose parent ends in between can no longer be found later
      process.descendants().forEach(tree::add);
    }
    return true;
  }

  private static void kill(Process process, Set<ProcessHandle> tree) {
    process.descendants().forEach(tree::add);
    process.destroyForcibly();
    tree.forEach(ProcessHandle::destroyForcibly);
    tree.stream()
        .flatMap(ProcessHandle::descendants)
        .toList()
        .forEach(ProcessHandle::destroyForcibly);
  }

  /** In a thread of its own: a command need not read its stdin at all, nor before it answers. */
  private static void tell(Process process, byte[] request) {
    start("triage-request", () -> {
      try (OutputStream in = process.getOutputStream()) {
        in.write(request);
      } catch (IOException e) {
        // it does not want to know; its answer shows whether that was right
      }
    });
  }

  private Silent error(String what) {
    return new Silent("LLM error: '%s' %s".formatted(command.get(0), what));
  }

  private static String tail(Intake errors) {
    String text = ModelText.plain(errors.text());
    int length = HermesText.length(text);
    if (length == 0) {
      return "";
    }
    return ": "
        + (length <= SHOWN_ERRORS
            ? text
            : "…" + text.substring(text.offsetByCodePoints(0, length - SHOWN_ERRORS)));
  }

  private static Thread start(String name, Runnable work) {
    var thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Reads one stream of a process, so that it never waits for us; keeps at most so many bytes of its start or its end. */
  private static final class Intake {
    private final InputStream stream;
    private final int limit;
    private final boolean keepsTheEnd;
    private final Thread thread;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private boolean tooMuch;

    Intake(InputStream stream, int limit, boolean keepsTheEnd, String name) {
      this.stream = stream;
      this.limit = limit;
      this.keepsTheEnd = keepsTheEnd;
      this.thread = start(name, this::read);
    }

    private void read() {
      byte[] buffer = new byte[8192];
      try {
        for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
          if (!keep(buffer, count)) {
            return;
          }
        }
      } catch (IOException e) {
        // closed under us: what came until now is all
      }
    }

    private synchronized boolean keep(byte[] buffer, int count) {
      kept.write(buffer, 0, count);
      if (kept.size() <= limit) {
        return true;
      }
      if (keepsTheEnd) {
        byte[] all = kept.toByteArray();
        kept.reset();
        kept.write(all, all.length - limit / 2, limit / 2);
        return true;
      }
      tooMuch = true;
      return false;
    }

    synchronized boolean isTooMuch() {
      return tooMuch;
    }

    synchronized String text() {
      return kept.toString(StandardCharsets.UTF_8);
    }

    void join(long millis) throws InterruptedException {
      thread.join(millis);
    }

    void close() {
      try {
        stream.close();
      } catch (IOException e) {
        // nothing is read from it any more
      }
    }
  }
}
