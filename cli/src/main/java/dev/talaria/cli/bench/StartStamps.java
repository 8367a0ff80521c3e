package dev.talaria.cli.bench;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When workers started, by their own first act: each writes its task's id into a named pipe, and the arrival is stamped
 * with this JVM's monotonic clock. So one clock stamps both ends, and the figure is an upper bound. The files of a run
 * directory would be stamped with the kernel's tick, of up to 4 ms.
 */
final class StartStamps implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StartStamps.class);

  private final Map<String, Long> nanos = new ConcurrentHashMap<>();
  private final RandomAccessFile pipe;

  private StartStamps(RandomAccessFile pipe) {
    this.pipe = pipe;
  }

  static StartStamps on(Path file) throws IOException, InterruptedException {
    Process made = new ProcessBuilder("mkfifo", file.toString()).inheritIO().start();
    if (made.waitFor() != 0) {
      throw new IOException("mkfifo could not make '%s'".formatted(file));
    }
    // opened for both, so that it does not end with each writer
    var stamps = new StartStamps(new RandomAccessFile(file.toFile(), "rw"));
    Thread reader = new Thread(stamps::read, "start-stamps");
    reader.setDaemon(true);
    reader.start();
    return stamps;
  }

  private void read() {
    try (var lines = new BufferedReader(
        new InputStreamReader(new FileInputStream(pipe.getFD()), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        nanos.putIfAbsent(line, System.nanoTime());
      }
    } catch (IOException e) {
      log.debug("No more starts are read: {}", e.toString());
    }
  }

  int count() {
    return nanos.size();
  }

  /** When the task's worker started, or null when it has not. */
  @org.jspecify.annotations.Nullable
  Long of(String taskId) {
    return nanos.get(taskId);
  }

  /** Wakes the reader with an end of its own; closing under a blocked read would not. */
  @Override
  public void close() throws IOException {
    pipe.write("\n".getBytes(StandardCharsets.UTF_8));
    pipe.close();
  }
}
