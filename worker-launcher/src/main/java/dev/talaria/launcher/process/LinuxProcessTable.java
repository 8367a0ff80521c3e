package dev.talaria.launcher.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code /proc}. */
final class LinuxProcessTable implements ProcessTable {
  private final Path proc;

  LinuxProcessTable(Path proc) {
    this.proc = proc;
  }

  @Override
  public Optional<ProcStat> stat(long pid) {
    return read(pid, "stat").map(ProcStat::parse);
  }

  @Override
  public List<ProcStat> all() {
    List<ProcStat> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path entry : entries) {
        stat(Long.parseLong(entry.getFileName().toString())).ifPresent(found::add);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("Cannot list the processes in " + proc, e);
    }
    return found;
  }

  @Override
  public boolean environmentHas(long pid, String entry) {
    return read(pid, "environ")
        .map(text -> ("\0" + text).contains("\0" + entry + "\0"))
        .orElse(false);
  }

  @Override
  public boolean commandLineHas(long pid, String text) {
    return read(pid, "cmdline").map(line -> line.contains(text)).orElse(false);
  }

  @Override
  public Optional<String> bootId() {
    try {
      return Optional.of(
          Files.readString(proc.resolve("sys/kernel/random/boot_id")).trim());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Optional<String> read(long pid, String file) {
    try (var in = Files.newInputStream(proc.resolve(Long.toString(pid)).resolve(file))) {
      return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .filter(text -> !text.isEmpty());
    } catch (IOException e) {
      return Optional.empty(); // gone meanwhile, or another user's
    }
  }
}
