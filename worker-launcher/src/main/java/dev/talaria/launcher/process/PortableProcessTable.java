package dev.talaria.launcher.process;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What Java knows of processes on systems without {@code /proc}: no sessions, groups or environments, and command lines of
 * this user's processes only. The start time is the start instant in epoch milliseconds.
 */
final class PortableProcessTable implements ProcessTable {
  @Override
  public Optional<ProcStat> stat(long pid) {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).map(PortableProcessTable::statOf);
  }

  @Override
  public Optional<Instant> startedAt(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::info).flatMap(ProcessHandle.Info::startInstant);
  }

  @Override
  public List<ProcStat> all() {
    return ProcessHandle.allProcesses().map(PortableProcessTable::statOf).toList();
  }

  @Override
  public boolean environmentHas(long pid, String entry) {
    return false;
  }

  @Override
  public boolean commandLineHas(long pid, String text) {
    return ProcessHandle.of(pid)
        .map(ProcessHandle::info)
        .flatMap(info ->
            info.commandLine().or(() -> info.arguments().map(args -> String.join(" ", args))))
        .map(line -> line.contains(text))
        .orElse(false);
  }

  @Override
  public Optional<String> bootId() {
    return Optional.empty();
  }

  private static ProcStat statOf(ProcessHandle handle) {
    String started =
        handle.info().startInstant().map(at -> Long.toString(at.toEpochMilli())).orElse("-");
    return new ProcStat(handle.pid(), 'R', 0, 0, started);
  }
}
