package dev.talaria.board.dispatch;

import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The worker processes of this host, as far as the board's duties need them. Implementations block for up to some seconds
 * in {@link #terminate} only, which is therefore never called inside a transaction.
 */
public interface Processes {
  /**
   * Names the process that lives under this id, so that a recycled id is not taken for it; empty when none lives. A
   * process that has exited and waits for its parent to look does not live.
   */
  Optional<String> identity(long pid);

  /**
   * The worker of a claim without a process id, where one was started and whoever did so was ended before it could say
   * so; living or not.
   */
  OptionalLong unrecordedPid(RunningWork work);

  /** How the worker of this claim ended, where somebody wrote it down. */
  WorkerEnd end(RunningWork work);

  /** The end of what a worker wrote, or an empty text. */
  String logTail(RunningWork work);

  /** Ends the worker with its process group: asks, waits, then kills. Touches nobody when the process is another one. */
  Stopped terminate(RunningWork work);

  /**
   * What became of a worker.
   *
   * @param attempted whether it was signalled
   * @param terminated whether it is gone
   * @param sigkill whether asking was not enough
   */
  record Stopped(boolean attempted, boolean terminated, boolean sigkill) {
    public static final Stopped UNTOUCHED = new Stopped(false, false, false);
  }

  /** Whether the very worker of this claim still lives. */
  default boolean isAlive(RunningWork work) {
    Long pid = work.workerPid();
    return pid != null && pid > 0 && isAlive(pid, work.identity());
  }

  /**
   * Whether a process lives.
   *
   * @param identity as it was named when it was known to be the right one; null when nobody looked
   */
  default boolean isAlive(long pid, @Nullable String identity) {
    return identity(pid).filter(now -> identity == null || identity.equals(now)).isPresent();
  }
}
