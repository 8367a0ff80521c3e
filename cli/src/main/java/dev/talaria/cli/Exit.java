package dev.talaria.cli;

/** Exit codes: hermes's for hermes's verbs (contract 8). */
public final class Exit {
  public static final int DONE = 0;
  public static final int FAILED = 1;
  public static final int USAGE = 2;

  /** As sysexits.h has it for what may be tried again: a command was sent, and its answer did not come in time. */
  public static final int NO_ANSWER = 75;

  private Exit() {}
}
