package dev.talaria.dispatcher.lock;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Who holds a lock, written into its file: the instance and the file's number on the disk. Whoever gets the lock next knows
 * by it that this instance is gone; unless the file is a copy, whose number is another.
 */
final class LockHolder {
  private static final int LONGEST = 256;

  private LockHolder() {}

  /**
   * Writes the new holder down.
   *
   * @param lock the file, open and locked
   * @return who held it before
   */
  static Optional<String> replace(FileChannel lock, Path file, String instance) {
    try {
      String number = numberOf(file);
      ByteBuffer buffer = ByteBuffer.allocate(LONGEST);
      lock.read(buffer, 0);
      String[] former = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8)
          .strip()
          .split(" ", -1);
      lock.truncate(0);
      lock.write(
          ByteBuffer.wrap("%s %s%n".formatted(instance, number).getBytes(StandardCharsets.UTF_8)),
          0);
      return former.length == 2 && !number.isEmpty() && former[1].equals(number)
          ? Optional.of(former[0])
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the lock file '" + file + "'", e);
    }
  }

  /** Empty where files have none: nothing is proved there. */
  private static String numberOf(Path file) throws IOException {
    try {
      return Files.getAttribute(file, "unix:ino").toString();
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      return "";
    }
  }
}
