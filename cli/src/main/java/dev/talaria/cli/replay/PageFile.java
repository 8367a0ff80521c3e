package dev.talaria.cli.replay;

import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Session;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Where a page goes: to a file, whole or not at all, or to the output. */
final class PageFile {
  private static final String OUTPUT = "-";

  private final Session session;

  PageFile(Session session) {
    this.session = session;
  }

  /**
   * Writes it; a file that is there is replaced.
   *
   * @param target a path, from the directory that the command was called in, or {@code -}
   */
  void write(String target, String html) {
    if (target.equals(OUTPUT)) {
      session.out().print(html);
      return;
    }
    Path file = session.surroundings().workingDirectory().resolve(target);
    Path parent = file.getParent();
    if (Files.isDirectory(file) || parent == null || !Files.isDirectory(parent)) {
      throw CliFailure.usage(
          "--html is '%s'; expected a file in a directory that exists, or '-'.".formatted(target));
    }
    try {
      Path part = Files.createTempFile(parent, ".replay-", ".html");
      try {
        Files.write(part, html.getBytes(StandardCharsets.UTF_8));
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw CliFailure.failed("Cannot write '%s': %s".formatted(file, e.getMessage()));
    }
    session.out().println("Wrote " + file);
  }
}
