package dev.talaria.broker;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * A broker's directory, held exclusively: {@code broker.lock}, {@code broker.properties} (cluster id and ports) and Kafka's
 * own files under {@code log}. Kafka's lock would come too late, after ports were chosen and written.
 *
 * <p>The lock is the operating system's and falls with the process, however it ends. Not thread-safe.
 */
final class DataDirectory implements AutoCloseable {
  private static final String CLUSTER_ID = "cluster.id";
  private static final String CLIENT_PORT = "port.client";
  private static final String CONTROLLER_PORT = "port.controller";

  private final Path directory;
  private final FileChannel channel;
  private final FileLock lock;
  private final Properties known;

  private DataDirectory(Path directory, FileChannel channel, FileLock lock, Properties known) {
    this.directory = directory;
    this.channel = channel;
    this.lock = lock;
    this.known = known;
  }

  /** Makes the directory where it is missing, and takes it; refuses one that is in use or holds anything else. */
  static DataDirectory open(Path directory) {
    try {
      refuseForeign(directory);
      Files.createDirectories(directory);
      var channel = FileChannel.open(
          lockFile(directory), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = null;
      try {
        lock = tryLock(channel);
        if (lock == null) {
          throw new EmbeddedBrokerException(
              "Cannot start the embedded broker: '%s' is in use by another broker%s. Stop that one, use it by its address, or choose another directory."
                  .formatted(directory, holder(directory)));
        }
        Files.writeString(
            pidFile(directory), Long.toString(ProcessHandle.current().pid()));
        return new DataDirectory(directory, channel, lock, identity(directory));
      } finally {
        if (lock == null) {
          channel.close();
        }
      }
    } catch (IOException e) {
      throw new EmbeddedBrokerException(
          "Cannot use '%s' for the embedded broker: %s.".formatted(directory, e), e);
    }
  }

  private static void refuseForeign(Path directory) throws IOException {
    if (!Files.exists(directory) || Files.exists(identityFile(directory))) {
      return;
    }
    try (var entries = Files.list(directory)) {
      // The lock and pid file alone are left by a start that was killed before it wrote the
      // identity.
      var foreign = entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> !name.startsWith("broker."))
          .findFirst();
      if (foreign.isPresent()) {
        throw new EmbeddedBrokerException(
            "'%s' is not a directory of the embedded broker: it has '%s' but no %s. Choose an empty or a new directory."
                .formatted(directory, foreign.get(), identityFile(directory).getFileName()));
      }
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // held within this JVM
    }
  }

  private static String holder(Path directory) {
    try {
      return " (process %s)".formatted(Files.readString(pidFile(directory)).strip());
    } catch (IOException e) {
      return "";
    }
  }

  private static Properties identity(Path directory) throws IOException {
    var known = new Properties();
    if (Files.exists(identityFile(directory))) {
      try (var in = Files.newBufferedReader(identityFile(directory))) {
        known.load(in);
      }
      if (known.getProperty(CLUSTER_ID, "").isBlank()) {
        throw new EmbeddedBrokerException(
            "'%s' names no %s. Restore the file, or move the directory away to start with an empty broker."
                .formatted(identityFile(directory), CLUSTER_ID));
      }
    } else {
      known.setProperty(CLUSTER_ID, Uuid.randomUuid().toString());
      write(directory, known);
    }
    return known;
  }

  private static void write(Path directory, Properties properties) throws IOException {
    var fresh = directory.resolve("broker.properties.new");
    try (var out = Files.newBufferedWriter(fresh)) {
      properties.store(out, "Embedded broker. Remove the whole directory to forget its topics.");
    }
    Files.move(
        fresh,
        identityFile(directory),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  String clusterId() {
    return known.getProperty(CLUSTER_ID);
  }

  Optional<Integer> clientPort() {
    return port(CLIENT_PORT);
  }

  Optional<Integer> controllerPort() {
    return port(CONTROLLER_PORT);
  }

  private Optional<Integer> port(String key) {
    var text = known.getProperty(key, "");
    return text.matches("[1-9][0-9]{0,4}") ? Optional.of(Integer.parseInt(text)) : Optional.empty();
  }

  void remember(int clientPort, int controllerPort) {
    known.setProperty(CLIENT_PORT, Integer.toString(clientPort));
    known.setProperty(CONTROLLER_PORT, Integer.toString(controllerPort));
    try {
      write(directory, known);
    } catch (IOException e) {
      throw new EmbeddedBrokerException(
          "Cannot write the broker's ports to '%s': %s.".formatted(identityFile(directory), e), e);
    }
  }

  Path logs() {
    return directory.resolve("log");
  }

  Path path() {
    return directory;
  }

  private static Path identityFile(Path directory) {
    return directory.resolve("broker.properties");
  }

  private static Path lockFile(Path directory) {
    return directory.resolve("broker.lock");
  }

  private static Path pidFile(Path directory) {
    return directory.resolve("broker.pid");
  }

  @Override
  public void close() {
    try (channel) {
      lock.release();
    } catch (IOException e) {
      throw new EmbeddedBrokerException(
          "Cannot release '%s': %s.".formatted(lockFile(directory), e), e);
    }
  }
}
