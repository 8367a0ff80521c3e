package dev.talaria.dispatcher.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;

/** How far each partition was read, in a small file: a line {@code <partition> <topic id> <next offset>} each. One thread. */
final class LogOffsets {
  private final Path file;
  private final Map<Integer, Position> positions = new TreeMap<>();
  private boolean changed;

  private record Position(String topicId, long next) {}

  LogOffsets(Path file) {
    this.file = file;
  }

  /** Reads the file; one that is missing or spoilt means from the beginning. */
  void load() throws IOException {
    positions.clear();
    try {
      for (String line : Files.readAllLines(file)) {
        String[] words = line.split(" ", -1);
        if (words.length == 3 && words[0].matches("\\d{1,9}") && words[2].matches("\\d{1,18}")) {
          positions.put(
              Integer.parseInt(words[0]), new Position(words[1], Long.parseLong(words[2])));
        }
      }
    } catch (NoSuchFileException e) {
      // nothing was read yet
    }
  }

  /** The next offset to read; negative where nothing is known of this topic. */
  long next(int partition, String topicId) {
    Position position = positions.get(partition);
    return position == null || !position.topicId().equals(topicId) ? -1 : position.next();
  }

  void put(int partition, String topicId, long next) {
    positions.put(partition, new Position(topicId, next));
    changed = true;
  }

  /** Writes the file, if anything has moved. */
  void save() throws IOException {
    if (!changed) {
      return;
    }
    StringBuilder lines = new StringBuilder();
    positions.forEach((partition, position) -> lines
        .append(partition)
        .append(' ')
        .append(position.topicId())
        .append(' ')
        .append(position.next())
        .append('\n'));
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Path beside = file.resolveSibling(file.getFileName() + ".tmp");
    Files.writeString(beside, lines);
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    changed = false;
  }
}
