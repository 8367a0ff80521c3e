package dev.talaria.board.transition;

import dev.talaria.board.text.WholeNumber;
import java.util.Map;
import java.util.OptionalLong;

/**
 * For how long after its start a run is not looked at for a worker that is gone, in seconds: a process id is written
 * before the process can be seen everywhere. Measured from the start of the open run (contract Q3).
 */
public final class CrashGrace {
  /** hermes's. */
  public static final long DEFAULT_SECONDS = 30;

  private static final String VARIABLE = "HERMES_KANBAN_CRASH_GRACE_SECONDS";

  private CrashGrace() {}

  /** The grace of this environment: {@code HERMES_KANBAN_CRASH_GRACE_SECONDS} when it is 0 or more; 0 is none. */
  public static long of(Map<String, String> environment) {
    OptionalLong seconds = WholeNumber.parse(environment.get(VARIABLE));
    return seconds.isPresent() && seconds.getAsLong() >= 0 ? seconds.getAsLong() : DEFAULT_SECONDS;
  }
}
