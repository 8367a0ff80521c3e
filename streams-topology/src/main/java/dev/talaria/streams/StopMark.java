package dev.talaria.streams;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that says that the topology's stores were closed in order. Without it they are in doubt: with exactly-once, Kafka
 * Streams would open each of them, find that out, throw it away, and open it once more, which takes seconds.
 */
final class StopMark {
  private static final Logger log = LoggerFactory.getLogger(StopMark.class);

  private final Path file;

  StopMark(TopologySettings settings) {
    this.file = settings.stateDirectory().resolve(settings.applicationId() + ".stopped");
  }

  /** Leaves the mark. */
  void put() {
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, new byte[0]);
    } catch (IOException e) {
      log.debug("No mark of a stop in order: the next start restores the stores from Kafka", e);
    }
  }

  /** Takes the mark away; false when there is none. */
  boolean take() {
    try {
      return Files.deleteIfExists(file);
    } catch (IOException e) {
      return false;
    }
  }
}
