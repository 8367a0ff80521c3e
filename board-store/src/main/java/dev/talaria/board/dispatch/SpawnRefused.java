package dev.talaria.board.dispatch;

/** A worker could not be started; the message says why, and is kept with the task. */
public final class SpawnRefused extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean onOrder;

  public SpawnRefused(String message) {
    this(message, false);
  }

  private SpawnRefused(String message, boolean onOrder) {
    super(message);
    this.onOrder = onOrder;
  }

  /** An operator ordered that it does not start now: nothing is wrong with the task. */
  public static SpawnRefused onOrder(String words) {
    return new SpawnRefused(words, true);
  }

  /** Whether it was refused on an operator's order. */
  public boolean isOnOrder() {
    return onOrder;
  }

  /** The message, which is never absent. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
