package dev.talaria.launcher.presence;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.talaria.protocol.id.LauncherKey;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who a launcher is in this start. The incarnation grows with each start, even when its file was lost: it is the larger of
 * the file's number plus one and the epoch second. The lock on the launcher's own file is held for life, so holding it
 * proves that the instance before is gone; unless the file is a copy, which is known by its number on the disk.
 *
 * @param key its address
 * @param incarnation of this start
 * @param instance a random id of this start
 * @param succeeds the instance before, known to be gone; null where there was none
 * @param startedAt epoch milliseconds
 */
public record LauncherIdentity(
    LauncherKey key,
    long incarnation,
    String instance,
    @Nullable String succeeds,
    long startedAt) {

  /**
   * The identity with the lock that proves it; closing it lets another instance start.
   *
   * @param copied whether the directory is a copy of another launcher's, which may be at work: what lies in it is that one's
   */
  public record Held(LauncherIdentity identity, FileChannel lock, boolean copied)
      implements AutoCloseable {
    @Override
    public void close() throws IOException {
      lock.close();
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record OnFile(
      @JsonProperty("incarnation") long incarnation,
      @JsonProperty("instance") String instance,
      @JsonProperty("launcher") @Nullable String launcher,
      @JsonProperty("lock_file") @Nullable String lockFile) {
    /** A file that another launcher wrote, or this one elsewhere: its lock is not the one that is held here. */
    boolean isOfAnother(LauncherKey key, @Nullable String lock) {
      return launcher != null && !launcher.equals(key.toString())
          || lockFile != null && lock != null && !lockFile.equals(lock);
    }
  }

  /**
   * Takes the identity of a launcher in a directory.
   *
   * @throws IllegalStateException when a launcher of this name runs there already
   */
  public static Held take(Path directory, LauncherKey key, InstantSource clock) throws IOException {
    Files.createDirectories(directory);
    Path file = directory.resolve("launcher-" + key.name() + ".json");
    Path lockFile = directory.resolve("launcher-" + key.name() + ".lock");
    FileChannel channel =
        FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (!lock(channel)) {
        throw new IllegalStateException(
            "Launcher '%s' runs already ('%s' is locked). Stop it first, or give this one another launcher.name."
                .formatted(key, lockFile));
      }
      ObjectMapper json = new ObjectMapper();
      OnFile before = Files.exists(file) ? json.readValue(file.toFile(), OnFile.class) : null;
      long next = Math.max(
          before == null ? 1 : before.incarnation() + 1, clock.instant().getEpochSecond());
      String instance = UUID.randomUUID().toString();
      Path fresh = file.resolveSibling(file.getFileName() + ".new");
      String lock = numberOf(lockFile);
      json.writeValue(fresh.toFile(), new OnFile(next, instance, key.toString(), lock));
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      boolean copied = before != null && before.isOfAnother(key, lock);
      String former = before == null || copied ? null : before.instance();
      return new Held(
          new LauncherIdentity(key, next, instance, former, clock.millis()), channel, copied);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** What a copy of the file has not got: its inode number; null where files have none. */
  private static @Nullable String numberOf(Path file) throws IOException {
    try {
      return Files.getAttribute(file, "unix:ino").toString();
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      return null;
    }
  }

  private static boolean lock(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }
}
