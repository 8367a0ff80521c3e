package dev.talaria.launcher.process;

import dev.talaria.launcher.rundir.ExitRecord;

/** How a worker's process ended, as far as anybody can know. */
public sealed interface WorkerExit {
  /** It exited with this code. */
  record Code(int code) implements WorkerExit {
    @Override
    public String words() {
      return "exited with code " + code;
    }
  }

  /** A signal ended it: we sent one. */
  record Signal(int signal) implements WorkerExit {
    @Override
    public String words() {
      return "killed by signal " + signal;
    }
  }

  /** The shell says 128 + n for death by signal n and for {@code exit} with that number alike. */
  record SignalOrCode(int code) implements WorkerExit {
    public int signal() {
      return code - SIGNAL_BASE;
    }

    @Override
    public String words() {
      return "ended by signal %d or with exit code %d".formatted(signal(), code);
    }
  }

  /** The shim could not start it: {@code workspace} or {@code log}. */
  record NotStarted(String what) implements WorkerExit {
    @Override
    public String words() {
      return "not started: its %s cannot be used".formatted(what);
    }
  }

  /**
   * It is gone and left no status.
   *
   * @param rebooted whether its host went down meanwhile; otherwise somebody killed its recording shell
   */
  record Unknown(boolean rebooted) implements WorkerExit {
    @Override
    public String words() {
      return rebooted
          ? "gone without an exit status: its host was restarted"
          : "gone without an exit status: its recording shell was killed too";
    }
  }

  int SIGNAL_BASE = 128;

  /** For messages, after "the worker" or "pid n". */
  String words();

  /**
   * Reads a status.
   *
   * @param signalled whether this launcher, or the one before it, sent signals to this worker
   */
  static WorkerExit of(ExitRecord exit, boolean signalled) {
    if (exit.notStarted() != null) {
      return new NotStarted(exit.notStarted());
    }
    int status = exit.status();
    int signal = status - SIGNAL_BASE;
    if (signal <= 0 || signal > 64) { // there are 64 signals at most
      return new Code(status);
    }
    boolean oneOfOurs = signal == 15 || signal == 9;
    return signalled && oneOfOurs ? new Signal(signal) : new SignalOrCode(status);
  }
}
