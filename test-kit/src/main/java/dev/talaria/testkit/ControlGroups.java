package dev.talaria.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The control groups of launchers that a test has killed. */
final class ControlGroups {
  private ControlGroups() {}

  /** Removes those of a home's launcher in which nothing lives. */
  static void removeLeft(Path home) {
    Path noted = home.resolve("talaria/runs/.groups");
    if (Files.exists(noted)) {
      try {
        remove(Path.of(Files.readString(noted).strip()));
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot read '%s'.".formatted(noted), e);
      }
    }
  }

  private static void remove(Path group) {
    try (DirectoryStream<Path> inner = Files.newDirectoryStream(group, Files::isDirectory)) {
      inner.forEach(ControlGroups::remove);
      Files.delete(group);
    } catch (IOException e) {
      // gone already, or a worker of the test lives on in it
    }
  }
}
