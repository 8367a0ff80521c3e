package dev.talaria.launcher.lane;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Calls git by a list of arguments, never through a shell, and waits for it. */
final class Git {
  // a checkout of a large repository with filters takes minutes
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final int MOST_OUTPUT = 64 * 1024;

  /** They would make git speak of another repository than the directory's. */
  private static final Set<String> OF_ANOTHER_REPOSITORY = Set.of(
      "GIT_DIR",
      "GIT_WORK_TREE",
      "GIT_INDEX_FILE",
      "GIT_COMMON_DIR",
      "GIT_OBJECT_DIRECTORY",
      "GIT_NAMESPACE",
      "GIT_PREFIX");

  private Git() {}

  /**
   * What git answered.
   *
   * @param status its exit code
   * @param output what it wrote, both streams, stripped
   */
  record Answer(int status, String output) {
    boolean done() {
      return status == 0;
    }

    List<String> lines() {
      return output.lines().toList();
    }

    /** What it complained about, in one line. */
    String complaint() {
      String last = "exit code " + status;
      for (String line : lines()) {
        if (line.startsWith("fatal:") || line.startsWith("error:")) {
          return line;
        }
        last = line.isBlank() ? last : line;
      }
      return last;
    }
  }

  /**
   * Runs git in a directory.
   *
   * @throws IOException when there is no git, or it does not end in time
   */
  static Answer in(Path directory, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("git", "-C", directory.toString()));
    command.addAll(List.of(arguments));
    // a hook's child may hold a pipe open for ever; a file ends with git
    Path output = Files.createTempFile("talaria-git", ".out");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
      builder.environment().keySet().removeAll(OF_ANOTHER_REPOSITORY);
      builder.environment().put("LC_ALL", "C");
      builder.environment().put("GIT_TERMINAL_PROMPT", "0");
      Process git = builder.start();
      git.getOutputStream().close();
      if (!git.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        git.destroyForcibly();
        throw new IOException(
            "'git %s' did not end within %d minutes".formatted(arguments[0], PATIENCE.toMinutes()));
      }
      return new Answer(git.exitValue(), read(output));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while git ran", e);
    } finally {
      Files.deleteIfExists(output);
    }
  }

  private static String read(Path output) throws IOException {
    try (var in = Files.newInputStream(output)) {
      return new String(in.readNBytes(MOST_OUTPUT), java.nio.charset.StandardCharsets.UTF_8)
          .strip();
    }
  }
}
