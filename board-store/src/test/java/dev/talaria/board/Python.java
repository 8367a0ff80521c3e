package dev.talaria.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** hermes's language as the other side of a test; a test that needs it is skipped where there is none. */
public final class Python {
  private Python() {}

  public static void assume() {
    assumeThat(isPresent())
        .as("python3 with sqlite3 is not on this machine; the comparison with it is left out")
        .isTrue();
  }

  public static boolean isPresent() {
    try {
      return new ProcessBuilder("python3", "-c", "import sqlite3").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** What the script prints when it reads this; all text is UTF-8. */
  public static String run(Path directory, String script, String input, String... arguments) {
    try {
      Path file = Files.writeString(directory.resolve("script.py"), script);
      Path read = Files.writeString(directory.resolve("script.in"), input);
      Path errors = directory.resolve("script.err");
      var command = new java.util.ArrayList<>(java.util.List.of("python3", file.toString()));
      command.addAll(java.util.List.of(arguments));
      var builder =
          new ProcessBuilder(command).redirectInput(read.toFile()).redirectError(errors.toFile());
      builder.environment().put("PYTHONIOENCODING", "utf-8");
      Process process = builder.start();
      byte[] printed = process.getInputStream().readAllBytes();
      assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
      return new String(printed, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
