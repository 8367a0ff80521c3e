package dev.talaria.cli.bench;

import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The services of two hosts, each a process of its own: a broker, the topology and the dispatcher of a board in one home, a
 * launcher in another. They know each other by Kafka only.
 */
final class FleetServices implements AutoCloseable {
  private static final String LANES = """
      http:
        port: 0
        launcher_port: 0
        streams_port: 0
      launcher:
        slots: %d
        lanes:
          noop:
            command: ["/bin/true"]
            exit: exit-code
          stamp:
            command: ["/bin/sh", "-c", 'echo "$HERMES_KANBAN_TASK" >"$0"', "%s"]
            exit: exit-code
      """;
  private static final long READY_SECONDS = 90;
  private static final long END_SECONDS = 20;

  private final Path root;
  private final Map<String, String> environment;
  private final List<Process> running = new ArrayList<>();

  private FleetServices(Path root, Map<String, String> environment) {
    this.root = root;
    this.environment = environment;
  }

  /**
   * Starts them all; returns when they are ready.
   *
   * @param root an empty directory, in which the homes {@code board} and {@code workers} are made
   * @param environment of the processes, without what names a home
   * @param starts where the workers of lane {@code stamp} write their task's id to
   */
  static FleetServices start(Path root, Map<String, String> environment, int slots, Path starts)
      throws IOException, InterruptedException {
    var services = new FleetServices(root, environment);
    try {
      for (Path home : List.of(services.boardHome(), root.resolve("workers"))) {
        Files.createDirectories(home);
        Files.writeString(home.resolve("talaria.yaml"), LANES.formatted(slots, starts));
      }
      services.service("board", "broker", "--listen", "127.0.0.1:0");
      services.awaitReady("broker");
      List<String> rest = List.of("--kafka", services.bootstrap(), "--set", "kafka.partitions=1");
      services.service("board", "streams", rest);
      services.service("board", "dispatcher", rest, "--dispatch", "--set", "fleet.host=near");
      services.service("workers", "launcher", rest, "--stop-workers", "--set", "fleet.host=far");
      for (String verb : List.of("streams", "dispatcher", "launcher")) {
        services.awaitReady(verb);
      }
      return services;
    } catch (IOException | InterruptedException | RuntimeException e) {
      services.close();
      throw e;
    }
  }

  /** The home of the board. */
  Path boardHome() {
    return root.resolve("board");
  }

  String bootstrap() throws IOException {
    return Files.readString(boardHome().resolve("talaria/kafka/bootstrap")).strip();
  }

  private void service(String home, String verb, String... arguments) throws IOException {
    service(home, verb, List.of(arguments));
  }

  private void service(String home, String verb, List<String> arguments, String... more)
      throws IOException {
    var command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx256m",
        "-XX:+UseSerialGC",
        "-cp",
        System.getProperty("java.class.path"),
        Main.class.getName(),
        verb));
    command.addAll(arguments);
    command.addAll(List.of(more));
    var builder = new ProcessBuilder(command)
        .directory(root.toFile())
        .redirectErrorStream(true)
        .redirectOutput(log(verb).toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().put("HERMES_HOME", root.resolve(home).toString());
    running.add(builder.start());
  }

  private Path log(String verb) {
    return root.resolve(verb + ".log");
  }

  private void awaitReady(String verb) throws IOException, InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
    while (!said(verb).stream().anyMatch(line -> line.startsWith("ready "))) {
      if (System.nanoTime() > until || !running.stream().allMatch(Process::isAlive)) {
        throw CliFailure.failed("The %s did not become ready: %s"
            .formatted(verb, String.join(System.lineSeparator(), said(verb))));
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private List<String> said(String verb) throws IOException {
    return Files.exists(log(verb)) ? Files.readAllLines(log(verb)) : List.of();
  }

  /** Ends them in the opposite order: the broker last. */
  @Override
  public void close() {
    try {
      for (int i = running.size() - 1; i >= 0; i--) {
        Process process = running.get(i);
        process.destroy();
        if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly().waitFor();
        }
        process.getInputStream().close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      running.forEach(Process::destroyForcibly);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
