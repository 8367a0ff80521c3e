package dev.talaria.launcher.process;

import dev.talaria.protocol.policy.FailureClass;
import org.jspecify.annotations.Nullable;

/** A run that cannot be started, found before anything was started. Says whose fault it is. */
public final class SpawnFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final FailureClass failureClass;

  private SpawnFailure(FailureClass failureClass, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.failureClass = failureClass;
  }

  /** The task asks for what cannot be: another host would fail in the same way. */
  public static SpawnFailure ofTask(String message) {
    return new SpawnFailure(FailureClass.TASK, message, null);
  }

  /** This host cannot do it now: another might. */
  public static SpawnFailure ofHost(String message) {
    return new SpawnFailure(FailureClass.INFRA, message, null);
  }

  public static SpawnFailure ofHost(String message, Throwable cause) {
    return new SpawnFailure(FailureClass.INFRA, message, cause);
  }

  public FailureClass failureClass() {
    return failureClass;
  }

  /** The message, which is never absent. */
  public String reason() {
    String message = getMessage();
    return message == null ? failureClass.name() : message;
  }
}
