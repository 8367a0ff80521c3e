package dev.talaria.cli;

import dev.talaria.board.Tx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** All that a verb could have changed: every row of every table, and every file beside the boards. */
final class HomeDigest {
  private HomeDigest() {}

  static List<String> of(CliRig cli, Path home) {
    List<String> lines = new ArrayList<>(cli.onBoard(HomeDigest::rows));
    try (Stream<Path> files = Files.walk(home)) {
      files
          .map(file -> home.relativize(file).toString())
          .filter(name -> !name.matches(".*kanban\\.db(-wal|-shm|\\.init\\.lock)?"))
          .sorted()
          .forEach(lines::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lines;
  }

  private static List<String> rows(Tx tx) {
    List<String> lines = new ArrayList<>();
    for (String table : tx.list(
        "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
        row -> row.requireText("name"))) {
      lines.addAll(tx.list("SELECT * FROM " + table, row -> {
        StringBuilder line = new StringBuilder(table);
        for (String column : row.columns()) {
          Object value = row.value(column);
          String text = value instanceof byte[] bytes ? Arrays.toString(bytes) : "" + value;
          line.append('|').append(text.length() > 200 ? text.hashCode() : text);
        }
        return line.toString();
      }));
    }
    return lines;
  }
}
