package dev.talaria.launcher.process;

import dev.talaria.launcher.rundir.ProcessRecord;
import org.jspecify.annotations.Nullable;

/**
 * One process of one boot, so that a recycled process id is never taken for it.
 *
 * <p>A worker is known by process id, start time and boot id. A recording shim is a forked subshell and has the command line of
 * its forker, which carries the root of the run directories, so that is looked for as well: on a system without start times it
 * is what tells a shim from a stranger. Where no start time was written down, {@link RunInspector} looks that the process is
 * not younger than the note of its id, and a worker is never signalled by its id alone.
 *
 * @param pid its process id
 * @param startTime as {@link ProcStat#startTime()}, or {@code -} when unknown
 * @param bootId the boot it belongs to, or null when unknown
 */
public record ProcessIdentity(
    long pid, String startTime, @Nullable String bootId) {
  private static final String UNKNOWN = "-";

  static ProcessIdentity of(ProcessRecord process, @Nullable String bootId) {
    return new ProcessIdentity(process.pid(), process.startTime(), bootId);
  }

  /** Whether this very process still runs. */
  public boolean alive(ProcessTable table) {
    if (!sameBoot(table)) {
      return false;
    }
    return table
        .stat(pid)
        .filter(ProcStat::alive)
        .map(stat -> startTime.equals(UNKNOWN) || startTime.equals(stat.startTime()))
        .orElse(false);
  }

  /** As {@link #alive}, and its command line has this text. */
  boolean aliveWith(ProcessTable table, String commandLineText) {
    return alive(table) && table.commandLineHas(pid, commandLineText);
  }

  /** Whether it is certain enough who this is to send it a signal. */
  boolean certain() {
    return !startTime.equals(UNKNOWN);
  }

  private boolean sameBoot(ProcessTable table) {
    return bootId == null || table.bootId().map(bootId::equals).orElse(true);
  }
}
