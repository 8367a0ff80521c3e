package dev.talaria.launcher.process;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Finds programs before anything is forked, so that 127 and 126 of a worker are its own. The current directory is never
 * searched.
 */
public final class Executables {
  private static final int LONGEST_SHEBANG = 256; // as the kernel reads it

  private final List<Path> searchPath;

  private Executables(List<Path> searchPath) {
    this.searchPath = List.copyOf(searchPath);
  }

  /** Searches the absolute directories of a {@code PATH}. */
  public static Executables on(String path) {
    return new Executables(Arrays.stream(path.split(File.pathSeparator, -1))
        .filter(part -> part.startsWith("/"))
        .map(Path::of)
        .toList());
  }

  /** An absolute path as it is, a bare name from the search path; nothing when it is not there or not executable. */
  public Optional<Path> find(String program) {
    try {
      if (program.indexOf('/') >= 0) {
        return Optional.of(Path.of(program)).filter(Path::isAbsolute).filter(Executables::runs);
      }
      return searchPath.stream()
          .map(directory -> directory.resolve(program))
          .filter(Executables::runs)
          .findFirst();
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** As {@link #find}; says what is wrong otherwise. The lane's configuration names the program, so the host is at fault. */
  public Path require(String program) throws SpawnFailure {
    Path found = find(program)
        .orElseThrow(() -> SpawnFailure.ofHost(
            "Cannot start '%s': it is not an executable file%s. Install it on this host, or correct the lane's command."
                .formatted(program, program.indexOf('/') >= 0 ? "" : " on the PATH")));
    Optional<String> interpreter = interpreter(found);
    if (interpreter.isPresent() && !runs(Path.of(interpreter.get()))) {
      throw SpawnFailure.ofHost("Cannot start '%s': its interpreter '%s' is not there."
          .formatted(found, interpreter.get()));
    }
    return found;
  }

  private static boolean runs(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }

  private static Optional<String> interpreter(Path script) throws SpawnFailure {
    try (var in = Files.newInputStream(script)) {
      String head = new String(in.readNBytes(LONGEST_SHEBANG), StandardCharsets.ISO_8859_1);
      if (!head.startsWith("#!")) {
        return Optional.empty();
      }
      String line = head.substring(2).lines().findFirst().orElse("").trim();
      return Optional.of(line.split("[ \\t]", 2)[0]).filter(path -> path.startsWith("/"));
    } catch (java.nio.file.AccessDeniedException e) {
      return Optional.empty(); // a program may be executable without being readable
    } catch (IOException e) {
      throw SpawnFailure.ofHost("Cannot start '%s': it cannot be read.".formatted(script), e);
    }
  }
}
