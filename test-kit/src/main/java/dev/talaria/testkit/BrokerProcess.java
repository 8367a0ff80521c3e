package dev.talaria.testkit;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A broker in a child JVM that can be killed as the kernel kills, and started again on its data and address. */
public final class BrokerProcess implements TestBroker {
  private static final Duration START = Duration.ofSeconds(60);

  private final JavaProcesses processes;
  private final Path directory;
  private int port;
  private @Nullable JavaProcess running;

  public BrokerProcess(JavaProcesses processes, Path directory) {
    this.processes = processes;
    this.directory = directory;
  }

  public BrokerProcess start() {
    var process = processes
        .of(BrokerMain.class)
        .args(directory.toString(), Integer.toString(port))
        .jvmArgs("-Xmx256m")
        .start("broker");
    var ready = process.awaitLine(line -> line.startsWith(BrokerMain.READY), START);
    port = Integer.parseInt(ready.substring(ready.lastIndexOf(':') + 1));
    running = process;
    return this;
  }

  /** SIGKILL; returns when the process is gone. */
  public BrokerProcess kill() {
    process().kill();
    return this;
  }

  /** SIGTERM; returns when the process has ended in order. */
  public BrokerProcess stop() {
    process().terminate(Duration.ofSeconds(20));
    return this;
  }

  public JavaProcess process() {
    if (running == null) {
      throw new IllegalStateException("The broker was not started.");
    }
    return running;
  }

  @Override
  public String bootstrapServers() {
    if (port == 0) {
      throw new IllegalStateException("The broker has no address yet; call start() first.");
    }
    return "127.0.0.1:" + port;
  }

  @Override
  public String prefix() {
    return "own.";
  }
}
