package dev.talaria.dispatcher.log;

import dev.talaria.protocol.message.LogChunk;
import dev.talaria.service.LogRotation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what workers on other hosts wrote into the logs of a board, as if they had worked here: a piece that comes again
 * is passed over, and a piece that was half written when this process ended is written anew. What is missing is said in its
 * place. Beside the logs' own directory a small file per run remembers how far it got. One thread.
 */
final class RemoteLogs {
  /** As 'talaria log' takes it: what comes from a topic must not name a file elsewhere. */
  private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}");

  private static final Pattern PROGRESS = Pattern.compile("next=(\\d+) at=(\\d+) pending=([01])\n");

  private static final Duration KEPT = Duration.ofDays(7);
  private static final Logger log = LoggerFactory.getLogger(RemoteLogs.class);

  private final Path logs;
  private final Path progress;
  private final LogRotation rotation;

  /**
   * @param logs the board's own
   * @param progress where it is remembered how far each run got
   */
  RemoteLogs(Path logs, Path progress, LogRotation rotation) {
    this.logs = logs;
    this.progress = progress;
    this.rotation = rotation;
  }

  /**
   * How far a run's output was written.
   *
   * @param next its first byte that was not
   * @param at the file's length at that moment
   * @param pending whether more may have been written since
   */
  private record Progress(long next, long at, boolean pending) {}

  /** Forgets runs whose pieces are no longer on the topic, which keeps them for three days. */
  void forgetOld(Instant now) {
    Instant old = now.minus(KEPT);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(progress)) {
      for (Path file : files) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(old)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (NoSuchFileException e) {
      // no worker of another host wrote anything yet
    } catch (IOException e) {
      log.warn("'{}' cannot be cleaned up: {}", progress, e.toString());
    }
  }

  /** Appends a piece to its task's log; one that is there already changes nothing. */
  void append(LogChunk chunk) throws IOException {
    String task = chunk.run().taskId();
    if (!FILE_NAME.matcher(task).matches()) {
      return; // no verb would show it
    }
    Path file = logs.resolve(task + ".log");
    Path memory = progress.resolve(task + "." + chunk.run().runId());
    Progress before = read(memory);
    if (before == null) {
      Files.createDirectories(progress);
      before = new Progress(0, rotation.apply(file), false);
    }
    if (chunk.end() <= before.next()) {
      return;
    }
    Files.createDirectories(logs);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      if (before.pending() && channel.size() > before.at()) {
        channel.truncate(before.at());
      }
      long at = channel.size();
      write(memory, new Progress(before.next(), at, true));
      ByteBuffer bytes = ByteBuffer.wrap(news(chunk, before.next()));
      while (bytes.hasRemaining()) {
        channel.write(bytes, at + bytes.position());
      }
      write(memory, new Progress(chunk.end(), channel.size(), false));
    }
  }

  /** The piece without what is there already; where something was left out before it, that is said. */
  private static byte[] news(LogChunk chunk, long next) {
    byte[] text = chunk.text().getBytes(StandardCharsets.UTF_8);
    if (chunk.offset() > next) {
      byte[] gap = "[%d bytes of this worker's output were left out here]\n"
          .formatted(chunk.offset() - next)
          .getBytes(StandardCharsets.UTF_8);
      byte[] both = Arrays.copyOf(gap, gap.length + text.length);
      System.arraycopy(text, 0, both, gap.length, text.length);
      return both;
    }
    int seen = (int) Math.min(text.length, next - chunk.offset());
    return Arrays.copyOfRange(text, seen, text.length);
  }

  private static @Nullable Progress read(Path memory) throws IOException {
    try {
      Matcher matcher = PROGRESS.matcher(Files.readString(memory));
      return matcher.matches()
          ? new Progress(
              Long.parseLong(matcher.group(1)),
              Long.parseLong(matcher.group(2)),
              matcher.group(3).equals("1"))
          : null;
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static void write(Path memory, Progress state) throws IOException {
    Path beside = memory.resolveSibling(memory.getFileName() + ".tmp");
    Files.writeString(
        beside,
        "next=%d at=%d pending=%d\n".formatted(state.next(), state.at(), state.pending() ? 1 : 0));
    Files.move(beside, memory, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
