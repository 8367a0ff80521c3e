package dev.talaria.cli;

import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.Optional;

/**
 * The service verbs. A verb's class is a picocli command and a {@code Callable<Integer>}, with one public constructor
 * that takes the {@link Session}.
 *
 * <p>They are known by class name, not by class: a reference would load Kafka and the metrics with every local verb,
 * whose class path does not even hold them. This is the only place of the module that loads a class by its name.
 */
public enum ServiceVerbs implements ServiceVerb {
  UP("up", "Run everything on this host in one process.", "dev.talaria.cli.run.UpCommand"),
  DISPATCHER(
      "dispatcher",
      "Run a dispatcher of its own for this host's boards against a cluster.",
      "dev.talaria.cli.run.DispatcherCommand"),
  STREAMS(
      "streams",
      "Run an instance of the decision topology of its own against a cluster.",
      "dev.talaria.cli.run.StreamsCommand"),
  LAUNCHER(
      "launcher",
      "Run a worker launcher of its own against a cluster.",
      "dev.talaria.cli.run.LauncherCommand"),
  BROKER(
      "broker",
      "Run a Kafka broker on its own, for trying out a fleet.",
      "dev.talaria.cli.run.BrokerCommand"),
  DISPATCH(
      "dispatch",
      "Take one turn over the board, for who has no service running.",
      "dev.talaria.cli.run.DispatchCommand"),
  DAEMON(
      "daemon",
      "Take turns over the board without end. Deprecated: use 'up'.",
      "dev.talaria.cli.run.DaemonCommand"),
  PAUSE(
      "pause",
      "Let no new worker start until 'resume'; without a target, list what is paused.",
      "dev.talaria.cli.run.PauseCommand"),
  RESUME("resume", "Take one 'pause' or 'drain' back.", "dev.talaria.cli.run.ResumeCommand"),
  DRAIN(
      "drain",
      "Empty a host, or one of its launchers, of workers.",
      "dev.talaria.cli.run.DrainCommand"),
  CONFIG(
      "config",
      "Show the configuration in force, and where each value comes from.",
      "dev.talaria.cli.run.ConfigCommand"),
  DOCTOR(
      "doctor",
      "Look this host and its cluster over, and say what is wrong and what to do.",
      "dev.talaria.cli.doctor.DoctorCommand"),
  DLQ(
      "dlq",
      "Look at records that nobody could read, and put them back or drop them.",
      "dev.talaria.cli.dlq.DlqCommand"),
  VERIFY(
      "verify",
      "Compare this host's boards with Kafka and with what the topology remembers.",
      "dev.talaria.cli.verify.VerifyCommand"),
  HOSTS(
      "hosts",
      "Show the fleet's dispatchers and launchers, how they are and what is free.",
      "dev.talaria.cli.run.HostsCommand"),
  REPLAY(
      "replay",
      "Tell from Kafka what became of a task and why.",
      "dev.talaria.cli.replay.ReplayCommand"),
  FLEET(
      "fleet",
      "Show the tasks of all boards, how long they take, what is stranded.",
      "dev.talaria.cli.fleet.FleetCommand"),
  INCIDENTS(
      "incidents",
      "List the failures that several tasks share, show one, close one.",
      "dev.talaria.cli.incident.IncidentsCommand"),
  TOPICS("topics", "Create and check the Kafka topics.", "dev.talaria.cli.run.TopicsCommand"),
  MCP(
      "mcp",
      "Serve the kanban tools to an agent, over stdin and stdout.",
      "dev.talaria.cli.mcp.McpCommand"),
  BENCH("bench", "Measure throughput and latency.", "dev.talaria.cli.bench.BenchCommand"),
  DEMO(
      "demo",
      "Show the whole flow with scripted workers, in a minute.",
      "dev.talaria.cli.demo.DemoCommand");

  private final String verb;
  private final String description;
  private final String className;

  ServiceVerbs(String verb, String description, String className) {
    this.verb = verb;
    this.description = description;
    this.className = className;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public String verb() {
    return verb;
  }

  /** The service verb of this name. */
  public static Optional<ServiceVerbs> named(String name) {
    return Arrays.stream(values())
        .filter(candidate -> candidate.verb.equals(name))
        .findFirst();
  }

  /** What has verbs carried out on boards of other hosts; it needs Kafka, and is known by name as the verbs are. */
  static VerbCarrier carrier(Session session) {
    return (VerbCarrier) make("dev.talaria.cli.remote.RemoteCall", session, "--board with a host");
  }

  /** Loads the verb's class and makes its command. */
  Object load(Session session) {
    return make(className, session, "The verb '%s'".formatted(verb));
  }

  private static Object make(String className, Session session, String what) {
    try {
      return Class.forName(className).getConstructor(Session.class).newInstance(session);
    } catch (ClassNotFoundException | NoClassDefFoundError e) {
      throw new CliFailure(
          Exit.FAILED,
          "%s needs '%s', which is not on the class path. Start it with the talaria script, which has all of it."
              .formatted(what, e.getMessage()),
          e);
    } catch (InvocationTargetException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(className + " lacks a public constructor with a Session.", e);
    }
  }
}
