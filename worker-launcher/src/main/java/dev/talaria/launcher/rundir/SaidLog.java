package dev.talaria.launcher.rundir;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.protocol.id.RunKey;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was said about one run, numbered and durable: {@code said/000001.json}, and beside it {@code said/000001.answer} once the
 * board has answered. An entry is on the disk before {@link #append} returns. Not thread-safe; one owner per run.
 */
public final class SaidLog {
  private static final Logger log = LoggerFactory.getLogger(SaidLog.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ENTRY = ".json";
  private static final String ANSWER = ".answer";

  private final RunKey run;
  private final Path directory;
  private final TreeMap<Integer, Said> entries = new TreeMap<>();
  private final Map<Integer, BoardAnswer> answers = new HashMap<>();
  private boolean made;

  private SaidLog(RunKey run, Path directory) {
    this.run = run;
    this.directory = directory;
  }

  static SaidLog open(RunKey run, Path directory) throws IOException {
    SaidLog said = new SaidLog(run, directory);
    said.read();
    return said;
  }

  private void read() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (name.endsWith(ENTRY)) {
          Said said = parse(file, Said.class);
          if (said != null) {
            entries.put(said.number(), said);
          }
        } else if (name.endsWith(ANSWER)) {
          BoardAnswer answer = parse(file, BoardAnswer.class);
          if (answer != null) {
            answers.put(
                Integer.parseInt(name.substring(0, name.length() - ANSWER.length())), answer);
          }
        }
      }
      made = true;
    } catch (NoSuchFileException e) {
      // nothing was said yet, and most runs never say anything: the directory comes with the first
      // entry
    }
  }

  private static <T> @Nullable T parse(Path file, Class<T> type) throws IOException {
    try {
      return JSON.readValue(Files.readAllBytes(file), type);
    } catch (com.fasterxml.jackson.core.JacksonException e) {
      log.warn("Left {} aside: {}", file, e.getOriginalMessage());
      return null;
    }
  }

  /** Adds the next entry; when this returns it survives a power cut. */
  public Said append(String verb, @Nullable String key, ObjectNode body) throws IOException {
    if (!made) {
      DurableFiles.makeDirectories(directory);
      // what was said is told by way of the grant: the one is worth nothing without the other
      DurableFiles.force(directory.resolveSibling(RunDirectory.GRANT));
      DurableFiles.forceDirectory(directory);
      made = true;
    }
    int number = entries.isEmpty() ? 1 : entries.lastKey() + 1;
    Said said = new Said(number, run + "/" + verb + "/" + number, verb, key, body);
    DurableFiles.write(file(number, ENTRY), JSON.writeValueAsBytes(said));
    entries.put(number, said);
    return said;
  }

  /** Notes the board's answer; a second one to the same entry changes nothing. False for an unknown command id. */
  public boolean answered(String commandId, BoardAnswer answer) throws IOException {
    Optional<Said> said = find(commandId);
    if (said.isEmpty()) {
      return false;
    }
    int number = said.get().number();
    if (!answers.containsKey(number)) {
      DurableFiles.write(file(number, ANSWER), JSON.writeValueAsBytes(answer));
      answers.put(number, answer);
    }
    return true;
  }

  /** Drops an answered entry that nobody will ask for again, unless it is the last: numbers are never used twice. */
  public void forget(String commandId) throws IOException {
    Optional<Said> said = find(commandId);
    if (said.isEmpty() || !answers.containsKey(said.get().number())) {
      return;
    }
    int number = said.get().number();
    if (number != entries.lastKey()) {
      Files.deleteIfExists(file(number, ENTRY));
      Files.deleteIfExists(file(number, ANSWER));
      entries.remove(number);
      answers.remove(number);
    }
  }

  public Optional<Said> find(String commandId) {
    return entries.values().stream()
        .filter(said -> said.commandId().equals(commandId))
        .findFirst();
  }

  /** The latest entry with this verb and key. */
  public Optional<Said> latest(String verb, String key) {
    return entries.descendingMap().values().stream()
        .filter(said -> said.verb().equals(verb) && key.equals(said.key()))
        .findFirst();
  }

  public Optional<BoardAnswer> answer(Said said) {
    return Optional.ofNullable(answers.get(said.number()));
  }

  /** Everything said, in order. */
  public List<Said> all() {
    return List.copyOf(entries.values());
  }

  /** What the board has not answered yet, in order. */
  public List<Said> pending() {
    List<Said> pending = new ArrayList<>();
    entries.values().stream()
        .filter(said -> !answers.containsKey(said.number()))
        .forEach(pending::add);
    return pending;
  }

  private Path file(int number, String suffix) {
    return directory.resolve("%06d%s".formatted(number, suffix));
  }
}
