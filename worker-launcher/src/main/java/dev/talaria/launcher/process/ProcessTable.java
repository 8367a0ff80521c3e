package dev.talaria.launcher.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The processes of this host, read anew with each call. */
public interface ProcessTable {
  /** By {@code /proc} where there is one, else by what Java knows. */
  static ProcessTable ofThisHost() {
    Path proc = Path.of("/proc");
    return Files.isReadable(proc.resolve("self/stat"))
        ? new LinuxProcessTable(proc)
        : new PortableProcessTable();
  }

  Optional<ProcStat> stat(long pid);

  /** When it started by the wall clock, where nothing better names it; nothing where {@link ProcStat#startTime} does. */
  default Optional<Instant> startedAt(long pid) {
    return Optional.empty();
  }

  /** Everything that this user can see. Processes come and go meanwhile. */
  List<ProcStat> all();

  /** Whether the process was executed with this entry ({@code NAME=value}) in its environment. False where unknown. */
  boolean environmentHas(long pid, String entry);

  /** Whether its command line has this text in it. False where unknown. */
  boolean commandLineHas(long pid, String text);

  /** Names this boot; nothing where the system has no such name. No process outlives its boot. */
  Optional<String> bootId();
}
