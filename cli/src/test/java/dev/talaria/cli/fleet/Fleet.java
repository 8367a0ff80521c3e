package dev.talaria.cli.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.cli.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Hosts of a test, made by the script {@code deploy/fleet/fleet}: namespaces where this machine allows them, else processes
 * with homes of their own on loopback ({@code FLEET_MODE} forces one of both). Talaria runs there on this JVM's class path.
 */
final class Fleet implements AutoCloseable {
  private static final Path SCRIPT = Path.of("..", "deploy", "fleet", "fleet").toAbsolutePath();
  private static final long PATIENCE_SECONDS = 150;
  private static final String TALARIA = """
      #!/bin/sh
      exec '%s' -Xmx200m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData \\
        -cp '%s' %s "$@"
      """;

  private final Path directory;
  private final Path talaria;
  private final Thread hook = new Thread(() -> script("down"), "end-fleet");

  private Fleet(Path directory, Path talaria) {
    this.directory = directory;
    this.talaria = talaria;
  }

  /**
   * Makes the hosts; nothing runs on them.
   *
   * @param root an empty directory
   * @param hosts {@code NAME:SERVICE}, the broker's first
   */
  static Fleet make(Path root, String... hosts) throws IOException {
    Path talaria = Files.createDirectories(root.resolve("bin")).resolve("talaria");
    Files.writeString(
        talaria,
        TALARIA.formatted(
            Path.of(System.getProperty("java.home"), "bin", "java"),
            System.getProperty("java.class.path"),
            Main.class.getName()));
    Files.setPosixFilePermissions(talaria, PosixFilePermissions.fromString("rwxr-xr-x"));
    var fleet = new Fleet(root.resolve("fleet"), talaria);
    fleet.run(List.of("make"), String.join(" ", hosts));
    Runtime.getRuntime().addShutdownHook(fleet.hook);
    return fleet;
  }

  /** Whether each host is a machine of its own to the programs on it. */
  boolean hasNamespaces() {
    try {
      return Files.readString(directory.resolve("mode")).strip().equals("namespaces");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path home(String host) {
    return directory.resolve(host).resolve("home");
  }

  /** What a host's service has logged. */
  String log(String host) {
    try {
      return Files.readString(directory.resolve(host).resolve("service.log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  void settings(String host, String yaml) throws IOException {
    Files.createDirectories(home(host));
    Files.writeString(home(host).resolve("talaria.yaml"), yaml);
  }

  /** Runs the script; fails with what it said unless it says that it did it. */
  List<String> script(String... arguments) {
    return run(List.of(arguments), "");
  }

  /** A command on a host. */
  List<String> on(String host, String... command) {
    var arguments = new ArrayList<>(List.of("exec", host));
    arguments.addAll(List.of(command));
    return run(arguments, "");
  }

  private List<String> run(List<String> arguments, String hosts) {
    try {
      Path out = Files.createTempFile("fleet", ".out");
      var command = new ArrayList<>(List.of("bash", SCRIPT.toString(), "-d", directory.toString()));
      command.addAll(arguments);
      var builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
      builder.environment().put("FLEET_TALARIA", talaria.toString());
      builder.environment().keySet().removeIf(name -> name.startsWith("TALARIA_"));
      if (!hosts.isEmpty()) {
        builder.environment().put("FLEET_HOSTS", hosts);
      }
      Process process = builder.start();
      boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      List<String> said = Files.readAllLines(out);
      Files.delete(out);
      assertThat(ended).as("fleet %s ends: %s", arguments, said).isTrue();
      assertThat(process.exitValue()).as("fleet %s: %s", arguments, said).isZero();
      return said;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(hook);
    script("down");
  }
}
