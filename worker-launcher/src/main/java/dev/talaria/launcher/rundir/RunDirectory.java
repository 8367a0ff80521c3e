package dev.talaria.launcher.rundir;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.talaria.protocol.id.RunKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One run on disk. The grant is written whole before anything else; {@code exit} and {@code pid} are made beforehand, so that
 * the shim can write them on a full disk; whoever makes {@code start} first decides whether the run starts.
 *
 * <pre>
 *   grant.json  spawn.json  command        by the launcher, before the shim
 *   shim-&lt;pid&gt;  start  pid  exit           by the shim, in this order (start by a launcher: a tombstone)
 *   said/  shipped                         by the launcher, as the worker goes on
 *   stopping  ended  acknowledged          by the launcher, afterwards
 * </pre>
 *
 * Holds no state of its own; safe to use from several threads and processes.
 */
public final class RunDirectory {
  static final String GRANT = "grant.json";
  private static final String SHIPPED = "shipped";
  private static final String TOMBSTONE = "tombstone: ";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int EXIT_BYTES =
      4096; // one block, so that writing the status needs no new one
  private static final int PID_BYTES = 256;

  private final RunKey run;
  private final Path path;

  RunDirectory(RunKey run, Path path) {
    this.run = run;
    this.path = path;
  }

  public RunKey run() {
    return run;
  }

  public Path path() {
    return path;
  }

  public String name() {
    return path.getFileName().toString();
  }

  /**
   * Writes the grant in one step. It is forced to the disk only with the first word that the worker says: a power cut ends
   * the worker too, and then its board takes the run back.
   */
  public void writeGrant(byte[] grant) throws IOException {
    DurableFiles.writeQuickly(path.resolve(GRANT), grant);
  }

  public Optional<byte[]> grant() throws IOException {
    try {
      return Optional.of(Files.readAllBytes(path.resolve(GRANT)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Writes what the shim needs. The files {@code exit} and {@code pid} take their room on the disk here. */
  public void prepare(SpawnRecord spawn, String command) throws IOException {
    preallocate("exit", EXIT_BYTES);
    preallocate("pid", PID_BYTES);
    writeBeforeStart(path.resolve("spawn.json"), JSON.writeValueAsBytes(spawn));
    writeBeforeStart(path.resolve("command"), command.getBytes(StandardCharsets.UTF_8));
  }

  /** In place: no shim looks before it is told of the run, and a run without an entry start never starts. */
  private static void writeBeforeStart(Path file, byte[] content) throws IOException {
    if (!DurableFiles.writeOnce(file, content)) {
      DurableFiles.writeQuickly(file, content);
    }
  }

  private void preallocate(String name, int size) throws IOException {
    DurableFiles.writeOnce(path.resolve(name), new byte[size]);
  }

  public Optional<SpawnRecord> spawn() throws IOException {
    try {
      return Optional.of(
          JSON.readValue(Files.readAllBytes(path.resolve("spawn.json")), SpawnRecord.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  public StartEntry startEntry() throws IOException {
    try {
      return Files.size(start()) == 0 ? StartEntry.SHIM : StartEntry.TOMBSTONE;
    } catch (NoSuchFileException e) {
      return StartEntry.NONE;
    }
  }

  /**
   * Decides that this run never starts, unless a shim was first. The tombstone comes into being with its content, by a
   * hard link, so that nobody ever takes it for a shim's.
   *
   * @return whether the run will never start
   */
  public boolean entomb(String reason) throws IOException {
    Path beside = Files.createTempFile(path, "tombstone", ".tmp");
    try {
      Files.writeString(beside, TOMBSTONE + reason + "\n");
      Files.createLink(start(), beside);
      return true;
    } catch (FileAlreadyExistsException e) {
      return startEntry() == StartEntry.TOMBSTONE;
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  /** Why the run never starts; nothing where it may have. */
  public Optional<String> tombstone() throws IOException {
    return read("start")
        .filter(text -> text.startsWith(TOMBSTONE))
        .map(text -> text.substring(TOMBSTONE.length()).strip());
  }

  /** When the entry {@code start} was made. */
  public Optional<Instant> startedAt() throws IOException {
    return modified(start());
  }

  /** When the shim wrote down the worker's process id. */
  public Optional<Instant> workerWrittenAt() throws IOException {
    return modified(path.resolve("pid"));
  }

  /** When the shim wrote the status. */
  public Optional<Instant> exitedAt() throws IOException {
    return modified(path.resolve("exit"));
  }

  public Optional<ExitRecord> exit() throws IOException {
    return read("exit").flatMap(ExitRecord::parse);
  }

  public Optional<ProcessRecord> worker() throws IOException {
    Optional<ProcessRecord> written = read("pid").flatMap(ProcessRecord::parse);
    Optional<String> born = marker(Marker.BORN);
    return written.map(worker -> worker.startTime().equals("-")
        ? new ProcessRecord(worker.pid(), born.orElse("-"))
        : worker);
  }

  /** The shims that ever looked at this run: at most one of them made the entry {@code start}. */
  public List<ProcessRecord> shims() throws IOException {
    List<ProcessRecord> shims = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path, "shim-*")) {
      for (Path file : files) {
        read(file.getFileName().toString()).flatMap(ProcessRecord::parse).ifPresent(shims::add);
      }
    }
    return shims;
  }

  public SaidLog said() throws IOException {
    return SaidLog.open(run, path.resolve("said"));
  }

  public void mark(Marker marker, String content) throws IOException {
    DurableFiles.write(path.resolve(marker.fileName()), content.getBytes(StandardCharsets.UTF_8));
  }

  public Optional<String> marker(Marker marker) throws IOException {
    return read(marker.fileName());
  }

  /**
   * Notes that the board has taken note of the end. Not forced to the disk: when a power cut takes it back, the end is told
   * once more, and the board has heard it.
   */
  public void acknowledge() throws IOException {
    Path marker = path.resolve(Marker.ACKNOWLEDGED.fileName());
    try {
      // the grant has served its purpose; a rename costs a tenth of a new file
      Files.move(path.resolve(GRANT), marker);
    } catch (NoSuchFileException | FileAlreadyExistsException e) {
      write(Marker.ACKNOWLEDGED.fileName(), "");
    }
  }

  public boolean acknowledged() {
    return Files.exists(path.resolve(Marker.ACKNOWLEDGED.fileName()));
  }

  /** Up to which byte the worker's output is on Kafka; 0 where nobody has noted it. */
  public long shipped() throws IOException {
    try {
      return read(SHIPPED).map(text -> Long.parseLong(text.strip())).orElse(0L);
    } catch (NumberFormatException e) {
      return 0; // cut short by a power cut; it is sent once more
    }
  }

  /** Notes up to which byte the worker's output is on Kafka. Not forced to the disk: at worst it is sent once more. */
  public void shipped(long end) throws IOException {
    DurableFiles.writeQuickly(
        path.resolve(SHIPPED), Long.toString(end).getBytes(StandardCharsets.UTF_8));
  }

  /** A file of the launcher's own beside the rest, such as the worker's context text. */
  public Path write(String name, String content) throws IOException {
    Path file = path.resolve(name);
    writeBeforeStart(file, content.getBytes(StandardCharsets.UTF_8));
    return file;
  }

  private Path start() {
    return path.resolve("start");
  }

  private Optional<String> read(String name) throws IOException {
    try (var in = Files.newInputStream(path.resolve(name), StandardOpenOption.READ)) {
      return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static Optional<Instant> modified(Path file) throws IOException {
    try {
      return Optional.of(Files.getLastModifiedTime(file).toInstant());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
