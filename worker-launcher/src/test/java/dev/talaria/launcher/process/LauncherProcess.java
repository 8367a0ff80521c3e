package dev.talaria.launcher.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A launcher in a JVM of its own, to be killed: spawns the scripts given, then waits until somebody does it. */
final class LauncherProcess {
  private LauncherProcess() {}

  public static void main(String[] args) throws Exception {
    Path home = Path.of(args[0]);
    Launcher launcher = new Launcher(home).start();
    launcher.supervisor.recover();
    for (int i = 1; i < args.length; i++) {
      launcher.sh(Launcher.run(i), args[i]);
    }
    if (Boolean.getBoolean("halt")) {
      Runtime.getRuntime().halt(1); // at once: the forker has not read a line yet
    }
    while (launcher.started.size() < args.length - 1) {
      Thread.sleep(5);
    }
    Files.createFile(home.resolve("up"));
    Thread.sleep(Long.MAX_VALUE);
  }

  static Process start(Path home, List<String> options, String... scripts) throws Exception {
    List<String> command = new java.util.ArrayList<>(List.of(
        ProcessHandle.current().info().command().orElseThrow(),
        "-Xshare:auto",
        "-XX:TieredStopAtLevel=1",
        TestBoard.option(),
        "-cp",
        System.getProperty("java.class.path")));
    command.addAll(options);
    command.add(LauncherProcess.class.getName());
    command.add(home.toString());
    command.addAll(List.of(scripts));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(home.resolve("launcher.out").toFile())
        .start();
  }
}
