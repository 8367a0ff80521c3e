package dev.talaria.launcher.process;

/** Why a launcher stops a worker. */
public enum StopReason {
  /** It reached its time limit. */
  TIMED_OUT("its time limit was reached"),
  /** An operator asked for it. */
  OPERATOR("an operator stopped it"),
  /** The board has closed its run: another may be at work on the task. */
  RUN_CLOSED("the board has closed the run"),
  /** Its host is to become empty, and the time that it was given is over. */
  DRAINED("its host is drained, and the deadline has come"),
  /** This launcher may not go on: it is cut off. */
  LAUNCHER("its launcher had to stop it");

  private final String words;

  StopReason(String words) {
    this.words = words;
  }

  public String words() {
    return words;
  }
}
