package dev.talaria.launcher.lane;

import dev.talaria.launcher.process.RunEnded;
import dev.talaria.launcher.process.StopReason;
import dev.talaria.launcher.process.WorkerExit;
import dev.talaria.protocol.message.BoardCommand.Ending;
import dev.talaria.protocol.policy.FailureClass;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an exit means, as a pure function of the exit and the lane. Whether a worker that exited with 0 in a protocol lane had
 * closed its run is for the board to say: here it is an exit without a word.
 *
 * @param mode what exit 0 means
 * @param rateLimits output by which a preset's tool says that a provider refuses more work
 */
public record ExitJudge(LaneMode mode, List<Pattern> rateLimits) {
  public ExitJudge {
    rateLimits = List.copyOf(rateLimits);
  }

  /**
   * @param ending how it ended, for the board
   * @param code the exit code, where it has one
   * @param signal the signal, where one ended it
   * @param failure whose fault; null when this exit means success
   * @param error what went wrong, in one line; null on success
   */
  public record Judgement(
      Ending ending,
      @Nullable Integer code,
      @Nullable Integer signal,
      @Nullable FailureClass failure,
      @Nullable String error) {}

  public Judgement judge(RunEnded end) {
    return judge(end.exit(), end.stop(), end.pid(), end.seconds(), end.tail());
  }

  Judgement judge(
      WorkerExit exit, @Nullable StopReason stop, @Nullable Long pid, long seconds, String tail) {
    String who = pid == null ? "worker" : "pid " + pid;
    if (stop == StopReason.TIMED_OUT) {
      return new Judgement(
          Ending.TIMED_OUT,
          code(exit),
          signal(exit),
          FailureClass.TASK,
          "%s stopped after %d s: %s; %s".formatted(who, seconds, stop.words(), exit.words()));
    }
    if (stop != null) {
      return new Judgement(
          Ending.STOPPED,
          code(exit),
          signal(exit),
          FailureClass.LOST,
          "%s stopped after %d s: %s".formatted(who, seconds, stop.words()));
    }
    String error = who + " " + exit.words();
    if (exit instanceof WorkerExit.NotStarted) {
      return new Judgement(Ending.SPAWN_FAILED, null, null, FailureClass.INFRA, error);
    }
    if (exit instanceof WorkerExit.Unknown unknown) {
      return new Judgement(
          Ending.UNKNOWN,
          null,
          null,
          unknown.rebooted() ? FailureClass.LOST : FailureClass.TASK,
          error);
    }
    if (exit instanceof WorkerExit.Code exited) {
      return exited(exited.code(), who, error, tail);
    }
    return new Judgement(Ending.SIGNALED, code(exit), signal(exit), FailureClass.TASK, error);
  }

  private Judgement exited(int code, String who, String error, String tail) {
    if (code == 0) {
      return mode == LaneMode.EXIT_CODE
          ? new Judgement(Ending.EXITED, 0, null, null, null)
          : new Judgement(
              Ending.EXITED,
              0,
              null,
              FailureClass.PROTOCOL,
              "%s exited with code 0 without kanban_complete or kanban_block: protocol violation"
                  .formatted(who));
    }
    if (code == LanePreset.RATE_LIMITED_EXIT
        || rateLimits.stream().anyMatch(it -> it.matcher(tail).find())) {
      return new Judgement(
          Ending.EXITED,
          code,
          null,
          FailureClass.PROVIDER,
          "%s was rate limited (exit code %d)".formatted(who, code));
    }
    return new Judgement(Ending.EXITED, code, null, FailureClass.TASK, error);
  }

  private static @Nullable Integer code(WorkerExit exit) {
    if (exit instanceof WorkerExit.Code it) {
      return it.code();
    }
    return exit instanceof WorkerExit.SignalOrCode it ? it.code() : null;
  }

  private static @Nullable Integer signal(WorkerExit exit) {
    if (exit instanceof WorkerExit.Signal it) {
      return it.signal();
    }
    return exit instanceof WorkerExit.SignalOrCode it ? it.signal() : null;
  }
}
