package dev.talaria.launcher.process;

import dev.talaria.protocol.id.RunKey;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends a worker with all that it started: what is in its control group, its process group, its session, and whatever left
 * both but carries the run key in its environment. Asks with TERM, waits, then kills. A process whose identity does not match is never signalled; a session
 * whose leader has gone is touched only if a member carries the run key, because its number may belong to others by now.
 * Where there is no control group it does not follow a process that left the session and emptied its environment as well.
 */
public final class WorkerTree {
  /** How a worker tells whose it is. */
  public static final String RUN_KEY_VARIABLE = "TALARIA_RUN_KEY";

  private static final Duration POLL = Duration.ofMillis(20);
  private static final Duration KILL_WAIT =
      Duration.ofSeconds(5); // a killed process that stays is stuck in the kernel

  /**
   * What became of it.
   *
   * @param killed whether TERM was not enough
   * @param survivors process ids that did not die
   */
  public record Termination(boolean killed, List<Long> survivors) {}

  private final ProcessTable table;
  private final Signals signals = new Signals();

  public WorkerTree(ProcessTable table) {
    this.table = table;
  }

  /** Blocks for at most the grace and some seconds. Interruption shortens the grace. */
  public Termination terminate(ProcessIdentity worker, RunKey run, Duration grace)
      throws IOException {
    return terminate(worker, run, null, grace);
  }

  /** As above, for a worker with a control group of its own. */
  public Termination terminate(
      ProcessIdentity worker, RunKey run, @Nullable RunGroup group, Duration grace)
      throws IOException {
    List<ProcStat> members = members(worker, run, group);
    if (members.isEmpty()) {
      return new Termination(false, List.of());
    }
    signal("TERM", worker, members);
    if (awaitEmpty(worker, run, group, grace)) {
      return new Termination(false, List.of());
    }
    long deadline = System.nanoTime() + KILL_WAIT.toNanos();
    while (true) {
      // Again and again: a tree that forks while it is killed has new members.
      if (group != null) {
        group.kill();
      }
      signal("KILL", worker, members(worker, run, group));
      if (awaitEmpty(worker, run, group, Duration.ofMillis(200))) {
        return new Termination(true, List.of());
      }
      if (System.nanoTime() > deadline) {
        return new Termination(
            true, members(worker, run, group).stream().map(ProcStat::pid).toList());
      }
    }
  }

  /** Everything alive that belongs to the worker, the worker included. */
  public List<ProcStat> members(ProcessIdentity worker, RunKey run) {
    return members(worker, run, null);
  }

  private List<ProcStat> members(ProcessIdentity worker, RunKey run, @Nullable RunGroup group) {
    Set<Long> inGroup = group == null ? Set.of() : group.members();
    String entry = RUN_KEY_VARIABLE + "=" + run;
    List<ProcStat> ours = new ArrayList<>();
    List<ProcStat> session = new ArrayList<>();
    boolean leaderIsOurs = worker.certain() && worker.alive(table);
    boolean numberIsAnothers =
        !leaderIsOurs && table.stat(worker.pid()).filter(ProcStat::alive).isPresent();
    boolean sessionIsOurs = leaderIsOurs;
    for (ProcStat process : table.all()) {
      if (!process.alive()) {
        continue;
      }
      boolean inSession = process.session() == worker.pid() || process.pid() == worker.pid();
      if (inGroup.contains(process.pid())) {
        ours.add(process);
        continue;
      }
      boolean carriesKey = table.environmentHas(process.pid(), entry);
      if (carriesKey) {
        ours.add(process);
        sessionIsOurs |= inSession && !numberIsAnothers;
      } else if (inSession) {
        session.add(process);
      }
    }
    if (sessionIsOurs) {
      ours.addAll(session);
    }
    return ours;
  }

  private void signal(String signal, ProcessIdentity worker, List<ProcStat> members)
      throws IOException {
    // Where groups are not known (0) the worker may still lead one: then both are signalled.
    boolean leads = members.stream()
        .anyMatch(
            it -> it.pid() == worker.pid() && (it.group() == worker.pid() || it.group() == 0));
    if (leads) {
      signals.send(signal, -worker.pid());
    }
    for (ProcStat member : members) {
      boolean reached = leads && member.group() == worker.pid();
      if (!reached && stillThere(member)) {
        signals.send(signal, member.pid());
      }
    }
  }

  private boolean stillThere(ProcStat member) {
    return table
        .stat(member.pid())
        .map(now -> now.startTime().equals(member.startTime()))
        .orElse(false);
  }

  private boolean awaitEmpty(
      ProcessIdentity worker, RunKey run, @Nullable RunGroup group, Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!members(worker, run, group).isEmpty()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      try {
        TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return members(worker, run, group).isEmpty();
      }
    }
    return true;
  }
}
