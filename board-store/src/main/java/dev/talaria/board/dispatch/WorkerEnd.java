package dev.talaria.board.dispatch;

import org.jspecify.annotations.Nullable;

/** How a worker's process ended (contract 4.2). */
public sealed interface WorkerEnd {
  /** What {@code exit_kind} says; null when nobody knows. */
  @Nullable
  String kind();

  /** The exit code, or the signal's number; null when nobody knows. */
  @Nullable
  Integer code();

  /** For messages, with the process id. */
  String words(long pid);

  /** It exited by itself. */
  record Exited(int status) implements WorkerEnd {
    @Override
    public String kind() {
      return status == 0 ? "clean_exit" : "nonzero_exit";
    }

    @Override
    public Integer code() {
      return status;
    }

    @Override
    public String words(long pid) {
      return "pid %d exited with code %d".formatted(pid, status);
    }
  }

  /** A signal ended it. */
  record Signalled(int signal) implements WorkerEnd {
    @Override
    public String kind() {
      return "signaled";
    }

    @Override
    public Integer code() {
      return signal;
    }

    @Override
    public String words(long pid) {
      return "pid %d killed by signal %d".formatted(pid, signal);
    }
  }

  /** It is gone, and nobody wrote down how. */
  record Unknown() implements WorkerEnd {
    @Override
    public @Nullable String kind() {
      return null;
    }

    @Override
    public @Nullable Integer code() {
      return null;
    }

    @Override
    public String words(long pid) {
      return "pid %d not alive".formatted(pid);
    }
  }

  /** Whether it exited with 0: its task should then have been completed or blocked before. */
  default boolean isClean() {
    return this instanceof Exited exited && exited.status() == 0;
  }
}
