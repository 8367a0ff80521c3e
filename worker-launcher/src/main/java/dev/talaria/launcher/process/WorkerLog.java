package dev.talaria.launcher.process;

import dev.talaria.service.LogRotation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * A task's log file, which hermes reads too: runs append to it, and it is rotated only when a run begins, because a living
 * worker holds it open.
 *
 * @param file {@code <task>.log}; older generations are {@code .log.1} and up
 */
public record WorkerLog(Path file) {
  /**
   * Rotates where the file is larger than the limit, and makes its directory.
   *
   * @param limitBytes the size above which it is rotated; 0 or less for never
   * @param generations how many older files are kept; with 0 a file that is too large is dropped
   * @return the size that the log has now: where the output of the next run begins
   */
  public long rotate(long limitBytes, int generations) throws IOException {
    return new LogRotation(limitBytes, generations).apply(file);
  }

  /** The last bytes as text: bad bytes replaced, a first line cut in two dropped unless it is all there is. */
  public String tail(int maxBytes) throws IOException {
    return tailFrom(0, maxBytes);
  }

  /** As {@link #tail}, of what was written after an offset: one run's own output. */
  public String tailFrom(long start, int maxBytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long end = channel.size();
      long from = Math.max(Math.max(0, end - maxBytes), Math.min(start, end));
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(maxBytes, end - from));
      while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {
        // until it is full, or the file is shorter than it was
      }
      byte[] window = Arrays.copyOf(bytes.array(), bytes.position());
      boolean cut = from > Math.min(start, end);
      int offset = cut ? afterFirstNewline(window) : 0;
      return new String(window, offset, window.length - offset, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  /** Adds a line of the launcher's own, after what the worker has written so far. */
  public void append(String line) throws IOException {
    Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  public long size() throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  private static int afterFirstNewline(byte[] window) {
    for (int i = 0; i < window.length; i++) {
      if (window[i] == '\n') {
        return i + 1 < window.length ? i + 1 : 0;
      }
    }
    return 0;
  }
}
