package dev.talaria.cli.replay;

import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Session;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/** Where a page goes: to a file, whole or not at all, or to the output. */
final class PageFile {
  private static final String OUTPUT = "-";

  private final Session session;
  private final @Nullable Path file;

  private PageFile(Session session, @Nullable Path file) {
    this.session = session;
    this.file = file;
  }

  /**
   * Refuses where nothing can be written, before anybody waits for the page.
   *
   * @param target a path, from the directory that the command was called in, or {@code -}
   */
  static PageFile of(Session session, String target) {
    if (target.equals(OUTPUT)) {
      return new PageFile(session, null);
    }
    try {
      Path file = session.surroundings().workingDirectory().resolve(target);
      Path parent = file.getParent();
      if (!target.isBlank()
          && !Files.isDirectory(file)
          && parent != null
          && Files.isDirectory(parent)) {
        return new PageFile(session, file);
      }
    } catch (InvalidPathException e) {
      // no path of any file
    }
    throw CliFailure.usage(
        "--html is '%s'; expected a file in a directory that exists, or '-' for the output."
            .formatted(target));
  }

  /** Writes it; a file that is there is replaced. */
  void write(String html) {
    Path to = file;
    if (to == null) {
      session.out().print(html);
      return;
    }
    byte[] page = html.getBytes(StandardCharsets.UTF_8);
    try {
      if (Files.exists(to) && !Files.isRegularFile(to)) {
        Files.write(to, page); // a device or a pipe is written to, not replaced
      } else {
        replace(Files.exists(to) ? to.toRealPath() : to, page);
      }
    } catch (IOException e) {
      throw CliFailure.failed(
          "Cannot write '%s': %s. --html takes another file, or '-' for the output."
              .formatted(to, e));
    }
    session.out().println("Wrote " + to);
  }

  /** Whoever has the former page open keeps a whole one. */
  private static void replace(Path file, byte[] page) throws IOException {
    Path part = file.resolveSibling(
        ".%s.%d.part".formatted(file.getFileName(), ProcessHandle.current().pid()));
    try {
      Files.write(part, page);
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
