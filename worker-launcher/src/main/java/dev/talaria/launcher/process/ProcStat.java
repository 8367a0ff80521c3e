package dev.talaria.launcher.process;

import java.util.List;

/**
 * What the system says about a process, of {@code /proc/<pid>/stat}.
 *
 * @param pid its process id
 * @param state one letter; Z and X are dead
 * @param group its process group, or 0 where unknown
 * @param session its session, or 0 where unknown
 * @param startTime when it started, in a unit of the system's own; with the process id it names one process of this boot
 */
public record ProcStat(long pid, char state, long group, long session, String startTime) {
  // Fields after the command's name, counted from the state (field 3 of proc(5)).
  private static final int GROUP = 2;
  private static final int SESSION = 3;
  private static final int START_TIME = 19;

  /** Throws {@link IllegalArgumentException} for anything that is not such a line. */
  static ProcStat parse(String line) {
    int afterName = line.lastIndexOf(") "); // the name may hold blanks and parentheses
    int firstBlank = line.indexOf(' ');
    if (afterName < 0 || firstBlank < 0) {
      throw new IllegalArgumentException("'%s' is not a stat line.".formatted(line));
    }
    List<String> fields = List.of(line.substring(afterName + 2).trim().split(" ", -1));
    if (fields.size() <= START_TIME) {
      throw new IllegalArgumentException("'%s' is not a whole stat line.".formatted(line));
    }
    return new ProcStat(
        Long.parseLong(line.substring(0, firstBlank)),
        fields.get(0).charAt(0),
        Long.parseLong(fields.get(GROUP)),
        Long.parseLong(fields.get(SESSION)),
        fields.get(START_TIME));
  }

  /** A zombie has exited; only its parent has not looked yet. */
  public boolean alive() {
    return state != 'Z' && state != 'X' && state != 'x';
  }
}
