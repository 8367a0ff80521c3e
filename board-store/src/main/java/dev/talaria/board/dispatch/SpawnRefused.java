package dev.talaria.board.dispatch;

/** A worker could not be started; the message says why, and is kept with the task. */
public final class SpawnRefused extends Exception {
  private static final long serialVersionUID = 1L;

  public SpawnRefused(String message) {
    super(message);
  }

  /** The message, which is never absent. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
