package dev.talaria.cli.demo;

import dev.talaria.board.text.BoardJson;
import dev.talaria.cli.text.JsonOut;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A home of its own for one demo: the workers' scripts, the configuration, and whatever comes of them. */
final class DemoHome {
  private static final List<String> SCRIPTS = List.of(
      "worker",
      Cast.PLANNER,
      Cast.GAUGE,
      Cast.WRITER,
      Cast.CLIMBER,
      Cast.HOPELESS,
      Cast.QUIET,
      Cast.SLOW,
      Cast.LIMITED);
  private static final int REMOVALS = 20;
  private static final long PAUSE_MILLIS = 100;

  private final Path root;

  private DemoHome(Path root) {
    this.root = root;
  }

  /** Makes one in the directory for temporary files. */
  static DemoHome make(Cast cast) throws IOException {
    DemoHome home = new DemoHome(Files.createTempDirectory("talaria-demo-").toRealPath());
    try {
      Files.createDirectory(home.root.resolve("demo"));
      for (String script : SCRIPTS) {
        home.copy(script);
      }
      Files.writeString(home.root.resolve("talaria.yaml"), home.configuration(cast));
      return home;
    } catch (IOException e) {
      home.remove();
      throw e;
    }
  }

  Path root() {
    return root;
  }

  Path log() {
    return root.resolve("demo.log");
  }

  /** The last so many lines of the log in which a service complains. */
  List<String> warnings(int count) throws IOException {
    List<String> found = Files.readAllLines(log()).stream()
        .filter(line -> line.contains(" WARN ") || line.contains(" ERROR "))
        .toList();
    return found.subList(Math.max(0, found.size() - count), found.size());
  }

  private Path script(String name) {
    return root.resolve("demo").resolve(name + ".sh");
  }

  private void copy(String script) throws IOException {
    String resource = "/demo/" + script + ".sh";
    try (InputStream in = DemoHome.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new FileNotFoundException("'" + resource + "' is missing in this build.");
      }
      Files.copy(in, script(script));
    }
  }

  private String configuration(Cast cast) {
    boolean api = cast.workerApi();
    StringBuilder yaml = new StringBuilder("""
        # What 'talaria demo' ran on.
        fleet:
          host: demo
        http:
          port: 0
        dispatch:
          decision_wait: 20s   # the demo shows the topology's decisions, however slow the machine
        policy:
          retry_model_escalation: {"": fast, fast: strong}
          rate_limit: {cooldown: 2s}
        launcher:
          slots: 8
          kill_grace: 1s
          lanes:
        """);
    if (api) {
      yaml.append(lane(Cast.PLANNER, Cast.PLANNER, "protocol", "api"));
    }
    for (String speaker : List.of(Cast.GAUGE, Cast.WRITER, Cast.SLOW)) {
      yaml.append(
          api
              ? lane(speaker, speaker, "protocol", "api")
              : lane(speaker, speaker, "exit-code", "file"));
    }
    yaml.append(lane(Cast.QUIET, Cast.QUIET, "protocol", api ? "api" : "file"));
    yaml.append(lane(Cast.HEARD, Cast.QUIET, "exit-code", "file"));
    for (String mute : List.of(Cast.CLIMBER, Cast.HOPELESS, Cast.LIMITED)) {
      yaml.append(lane(mute, mute, "exit-code", "file"));
    }
    return yaml.toString();
  }

  private String lane(String name, String script, String exit, String reports) {
    return """
            %s:
              command: [/bin/sh, %s]
              exit: %s
              env: {DEMO_REPORTS: %s, DEMO_RIVERS: %s}
        """.formatted(
            name,
            quoted(script(script).toString()),
            exit,
            reports,
            quoted(String.join(" ", Cast.RIVERS)));
  }

  /** YAML reads JSON's strings. */
  private static String quoted(String text) {
    return JsonOut.line(BoardJson.array(List.of(text)).get(0));
  }

  /** Removes all of it; whoever still writes into it loses. Idempotent. */
  boolean remove() {
    for (int i = 0; i < REMOVALS; i++) {
      try {
        if (Files.exists(root)) {
          Files.walkFileTree(root, new Removal());
        }
        return true;
      } catch (IOException e) {
        try {
          Thread.sleep(PAUSE_MILLIS); // something was made while its directory was emptied
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          return false;
        }
      }
    }
    return false;
  }

  private static final class Removal extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) {
      return FileVisitResult.CONTINUE; // gone meanwhile; if not, its directory cannot be removed
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
        throws IOException {
      Files.deleteIfExists(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
