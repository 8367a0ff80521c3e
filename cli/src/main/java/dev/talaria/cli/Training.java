package dev.talaria.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Runs a few verbs on a board of its own, so that the class archive which the talaria script makes holds what verbs
 * use; and keeps the SQLite library, which the driver would otherwise unpack anew at every start. Not a verb: the script
 * calls it once after a build.
 */
public final class Training {
  private Training() {}

  /**
   * Runs the verbs.
   *
   * @param args an empty directory to work in, which {@code org.sqlite.tmpdir} names too, and the file that the library
   *     is to be kept in
   */
  public static void main(String[] args) throws IOException {
    Path work = Path.of(args[0]);
    var board = Map.of(
        "HERMES_KANBAN_HOME",
        work.toString(),
        "HERMES_KANBAN_DB",
        work.resolve("board.db").toString());
    Files.writeString(work.resolve("config.yaml"), "kanban: {failure_limit: 2}\n");
    talaria(board, work, "--help");
    talaria(board, work, "create", "a task", "--assignee", "nobody", "--json");
    talaria(board, work, "create", "another", "--max-runtime", "5m");
    talaria(board, work, "list");
    talaria(board, work, "list", "--json");
    talaria(board, work, "list", "--limit", "1", "--status", "ready", "--after", "t_00000000");
    talaria(board, work, "show", "t_00000000");
    talaria(board, work, "diagnostics");
    talaria(board, work, "complete", "t_00000000", "--metadata", "{\"a\": 1}");
    keepLibrary(work, Path.of(args[1]));
  }

  private static void talaria(Map<String, String> environment, Path work, String... args) {
    var nowhere = new PrintWriter(Writer.nullWriter());
    new Talaria(new Surroundings(
            environment,
            work,
            work,
            nowhere,
            nowhere,
            Terminal.none(),
            InstantSource.system(),
            ZoneId.systemDefault(),
            new Random(),
            duration -> false))
        .run(args);
  }

  private static void keepLibrary(Path work, Path kept) throws IOException {
    try (Stream<Path> files = Files.list(work)) {
      files
          .filter(file -> String.valueOf(file.getFileName()).contains("sqlitejdbc"))
          .filter(file -> !file.toString().endsWith(".lck"))
          .findFirst()
          .ifPresent(library -> copy(library, kept));
    }
  }

  private static void copy(Path from, Path to) {
    try {
      Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot keep the SQLite library.", e);
    }
  }
}
