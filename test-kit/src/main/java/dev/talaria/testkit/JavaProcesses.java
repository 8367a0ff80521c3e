package dev.talaria.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Child JVMs of a test on its own class path. {@link #close()} kills those that are left and removes their output, which
 * {@link JavaProcess#output()} has read by then if anybody cared.
 */
public final class JavaProcesses implements AutoCloseable {
  /** They live for seconds: the second compiler and G1 cost them more than they give back. */
  private static final List<String> SHORT_LIVED =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  private final Path directory;
  private final List<JavaProcess> started = new CopyOnWriteArrayList<>();
  private final Set<Path> homes = ConcurrentHashMap.newKeySet();
  private final Thread hook = new Thread(this::killAll, "kill-child-jvms");

  public JavaProcesses() {
    try {
      directory = Files.createTempDirectory("talaria-processes-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // Ctrl-C in the middle of a test must not leave brokers behind.
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Prepares {@code java <main class>}; nothing runs before {@link Launch#start}. */
  public Launch of(Class<?> mainClass) {
    return new Launch(mainClass.getName());
  }

  public Launch of(String mainClass) {
    return new Launch(mainClass);
  }

  /** SIGKILL for all that still run; returns when they are gone. */
  public void killAll() {
    started.forEach(JavaProcess::kill);
  }

  @Override
  public void close() {
    killAll();
    homes.forEach(ControlGroups::removeLeft);
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is ending and runs the hook already.
      return;
    }
    Trees.delete(directory);
  }

  /** How a child is to be started. Not thread-safe. */
  public final class Launch {
    private final String mainClass;
    private final List<String> jvmArgs = new ArrayList<>();
    private final List<String> args = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private Path workingDirectory = directory;

    private Launch(String mainClass) {
      this.mainClass = mainClass;
    }

    public Launch args(String... more) {
      args.addAll(List.of(more));
      return this;
    }

    public Launch jvmArgs(String... more) {
      jvmArgs.addAll(List.of(more));
      return this;
    }

    public Launch property(String key, String value) {
      jvmArgs.add("-D" + key + "=" + value);
      return this;
    }

    /** On top of this JVM's own environment. */
    public Launch env(String key, String value) {
      environment.put(key, value);
      if (key.equals("HERMES_HOME")) {
        homes.add(Path.of(value));
      }
      return this;
    }

    public Launch in(Path workingDirectory) {
      this.workingDirectory = workingDirectory;
      return this;
    }

    /** Starts it; standard output and error go to one file named for it. */
    public JavaProcess start(String name) {
      var command = new ArrayList<String>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(SHORT_LIVED);
      command.addAll(jvmArgs);
      command.add("-cp");
      command.add(System.getProperty("java.class.path"));
      command.add(mainClass);
      command.addAll(args);
      var builder = new ProcessBuilder(command)
          .directory(workingDirectory.toFile())
          .redirectErrorStream(true);
      builder.environment().putAll(environment);
      var process = JavaProcess.start(
          builder, name, directory.resolve("%s-%d.log".formatted(name, started.size() + 1)));
      started.add(process);
      return process;
    }
  }
}
