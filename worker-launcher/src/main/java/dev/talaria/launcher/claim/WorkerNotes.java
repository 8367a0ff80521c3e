package dev.talaria.launcher.claim;

import dev.talaria.launcher.rundir.BoardAnswer;
import dev.talaria.protocol.id.RunKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lines of the launcher's own in a worker's log: what became of its completion, where nobody may be left to be told. */
final class WorkerNotes {
  private static final Logger log = LoggerFactory.getLogger(WorkerNotes.class);

  private WorkerNotes() {}

  /** Says that the board refused to complete or block the task; nothing for other calls and other answers. */
  static void refused(RunKey run, Path file, String commandId, BoardAnswer answer) {
    String verb = commandId.substring(run.toString().length() + 1).replaceAll("/.*", "");
    if (!answer.done() && (verb.equals("complete") || verb.equals("block"))) {
      add(run, file, "the board refused '%s': %s".formatted(verb, answer.reason()));
    }
  }

  /** Appends a line. */
  static void add(RunKey run, Path file, String text) {
    try {
      Files.writeString(
          file,
          "[talaria] %s\n".formatted(text),
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      log.warn("The log of run {} cannot be written to: {} ({})", run, text, e.toString());
    }
  }
}
