package dev.talaria.board.dispatch;

import java.util.ArrayList;
import java.util.List;

/**
 * When this host slept or its dispatcher was stopped, so that running work is judged without that time: a claim cannot be
 * renewed by who sleeps, nor can a worker work. Epoch seconds. Immutable.
 *
 * @param leaseSeconds how long a claim holds, which tells when a lease began
 * @param past the latest ones, the oldest first
 */
public record Absences(long leaseSeconds, List<Absence> past) {
  private static final int MOST = 100; // a laptop's week

  /** From when to when. */
  public record Absence(long from, long to) {}

  public Absences {
    past = List.copyOf(past);
  }

  /** None so far. */
  public static Absences none(long leaseSeconds) {
    return new Absences(leaseSeconds, List.of());
  }

  /** One more, later than the others. */
  public Absences with(long from, long to) {
    List<Absence> all = new ArrayList<>(past);
    all.add(new Absence(from, to));
    return new Absences(leaseSeconds, all.subList(Math.max(0, all.size() - MOST), all.size()));
  }

  /** These as far as they are past: what a clock that was set back has yet to go through again was no absence. */
  public Absences until(long now) {
    return new Absences(
        leaseSeconds,
        past.stream()
            .filter(it -> it.from() < now)
            .map(it -> new Absence(it.from(), Math.min(it.to(), now)))
            .toList());
  }

  /** How many of the seconds between two times were absence. */
  public long between(long from, long to) {
    return past.stream()
        .mapToLong(it -> Math.max(0, Math.min(to, it.to()) - Math.max(from, it.from())))
        .sum();
  }

  /** The work as it is to be judged now: its times moved on by what was slept since. Not for writing anything with. */
  RunningWork judged(RunningWork work, long now) {
    if (past.isEmpty()) {
      return work;
    }
    Long expires = work.claimExpires();
    Long beat = work.lastHeartbeatAt();
    return new RunningWork(
        work.taskId(),
        work.runId(),
        work.assignee(),
        work.claimLock(),
        expires == null ? null : Long.valueOf(expires + between(expires - leaseSeconds, now)),
        work.workerPid(),
        work.startedAt() + between(work.startedAt(), now),
        beat == null ? null : Long.valueOf(beat + between(beat, now)),
        work.maxRuntimeSeconds(),
        work.byLauncher(),
        work.identity());
  }
}
