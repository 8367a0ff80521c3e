package dev.talaria.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.core.status.NopStatusListener;
import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.TaskIds;
import dev.talaria.board.Tx;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.schema.BoardFacts;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Skills;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.TaskCreation;
import dev.talaria.board.task.TaskFilter;
import dev.talaria.board.task.TaskList;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.transition.Schedules;
import dev.talaria.cli.Main;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import dev.talaria.testkit.JavaProcess;
import dev.talaria.testkit.JavaProcesses;
import dev.talaria.testkit.RecordReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A host for tests of faults: a home of its own whose {@code talaria up} runs in a child JVM that can be killed, and whose
 * workers write a ledger.
 *
 * <p>Lanes: {@code noop} ({@code /bin/true}) and {@code ledger}, both judged by the exit code. A ledger worker does what
 * its task's title says, see {@link #work}; before that it appends a line to the ledger, and a second one when it is done.
 */
final class FaultHost {
  static final String NOOP = "noop";
  static final String LEDGER = "ledger";
  private static final Duration START = Duration.ofSeconds(60);
  private static final String HOST = "alpha";

  /** Title: {@code work <seconds> exit <code>}, {@code gate <name> exit <code>}, or {@code deaf}: no signal ends it but KILL. */
  private static final String WORKER = """
      #!/bin/sh
      # <task id> <run id> <title> <home>
      ledger=$4/ledger task=$1 run=$2
      title=$3
      read -r stat </proc/self/stat
      set -- ${stat##*) }
      echo "began $task $run $$ ${20}" >> "$ledger"
      set -- $title
      case $1 in
        deaf) trap '' TERM; while :; do sleep 0.1; done ;;
        gate) while [ ! -e "${ledger%/ledger}/gates/$2" ]; do sleep 0.1; done ;;
        *) [ "$2" = 0 ] || sleep "$2" ;;
      esac
      echo "says $task"
      echo "done $task $run $$" >> "$ledger"
      exit "$4"
      """;

  private final JavaProcesses processes;
  private final Path root;
  private final Path home;
  private final Map<String, String> settings = new TreeMap<>();
  private final BoardOptions options;
  private JavaProcess up;

  /**
   * A host.
   *
   * @param root an empty directory; the host's home is made in it
   */
  FaultHost(JavaProcesses processes, Path root) {
    this.processes = processes;
    this.root = root;
    this.home = root.resolve("home");
    this.options = new BoardOptions(InstantSource.system(), TaskIds.random(new Random()));
    try {
      Files.createDirectories(home);
      Files.createDirectories(root.resolve("gates"));
      Path script = root.resolve("worker.sh");
      Files.writeString(script, WORKER);
      Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.writeString(
          home.resolve("talaria.yaml"), """
          fleet:
            host: %s
          http:
            port: 0
          launcher:
            slots: 8
            kill_grace: 2s
            lanes:
              %s:
                command: [/bin/true]
                exit: exit-code
              %s:
                command: ['%s', '{task_id}', '{run_id}', '{title}', '%s']
                exit: exit-code
          """.formatted(HOST, NOOP, LEDGER, script, root));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    onBoard(board -> true);
  }

  /** The title of a task whose worker takes so long and exits with this code. */
  static String work(double seconds, int code) {
    return "work %s exit %d".formatted(seconds == 0 ? "0" : Double.toString(seconds), code);
  }

  /** The title of a task whose worker waits for {@link #open} and exits with this code. */
  static String gated(String gate, int code) {
    return "gate %s exit %d".formatted(gate, code);
  }

  /** Lets the workers at a gate go on, now and later. */
  void open(String gate) {
    try {
      Files.createFile(root.resolve("gates").resolve(gate));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A setting of {@code talaria.yaml} by its dotted name, for every later start. */
  FaultHost set(String key, String value) {
    settings.put(key, value);
    return this;
  }

  Path home() {
    return home;
  }

  Path db() {
    return home.resolve("kanban.db");
  }

  String boardKey() {
    return HOST + "/default";
  }

  // ---- the process

  /** Starts {@code talaria up}; returns at once. */
  JavaProcess launch(String... more) {
    var args = new ArrayList<String>(List.of("up", "--dispatch"));
    settings.forEach((key, value) -> {
      args.add("--set");
      args.add(key + "=" + value);
    });
    args.addAll(List.of(more));
    up = java("up", args);
    return up;
  }

  /** Starts a service verb in a JVM of its own, at any free port; returns at once. */
  JavaProcess serve(String verb, String... more) {
    var args = new ArrayList<String>(List.of(verb, "--http-port", "0"));
    settings.forEach((key, value) -> {
      args.add("--set");
      args.add(key + "=" + value);
    });
    args.addAll(List.of(more));
    return java(verb, args);
  }

  /** Starts {@code talaria up} and returns once it says that it is ready. */
  FaultHost start(String... more) {
    launch(more);
    return awaitReady();
  }

  FaultHost awaitReady() {
    up.awaitLine(line -> line.startsWith("ready "), START);
    return this;
  }

  /** The process of {@code talaria up} as started last. */
  JavaProcess up() {
    return up;
  }

  /** SIGKILL; workers that it started live on. */
  void kill() {
    up.kill();
  }

  /** SIGTERM; returns the exit code. */
  int terminate() {
    return up.terminate(Duration.ofSeconds(60));
  }

  /** A signal by its name, {@code INT} or {@code STOP}, to {@code talaria up}. */
  void signal(String name) {
    signal(name, up.pid());
  }

  static void signal(String name, long pid) {
    run("kill", "-" + name, Long.toString(pid));
  }

  /** Ends a verb as the keyboard does; by SIGTERM, which is the same to it, where {@link #ignoresInterrupts}. */
  static void interrupt(JavaProcess verb) {
    signal(ignoresInterrupts(verb.pid()) ? "TERM" : "INT", verb.pid());
  }

  /** Whether SIGINT is lost on it: all that a script runs in the background, tests too, inherits that. */
  static boolean ignoresInterrupts(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc/%d/status".formatted(pid))).stream()
          .filter(line -> line.startsWith("SigIgn:"))
          .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
    } catch (IOException e) {
      return false;
    }
  }

  /** Runs a program of the system, which must succeed. */
  static void run(String... command) {
    try {
      int code = new ProcessBuilder(command).start().waitFor();
      assertThat(code).as("exit code of %s", List.of(command)).isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Starts a verb in a JVM of its own that does not end by itself; returns at once. */
  JavaProcess begin(String... args) {
    return java("verb-" + args[0], List.of(args));
  }

  /** Runs a verb in a JVM of its own, as a user would, and returns what it said. */
  List<String> verb(String... args) {
    JavaProcess process = java("verb-" + args[0], List.of(args));
    int code = process.awaitEnd(START);
    assertThat(code).as("exit code of %s: %s", List.of(args), process.output()).isZero();
    return process.output();
  }

  private JavaProcess java(String name, List<String> args) {
    return processes
        .of(Main.class)
        .jvmArgs("-Xmx400m", "--enable-native-access=ALL-UNNAMED")
        .property("logback.statusListenerClass", NopStatusListener.class.getName())
        .env("HERMES_HOME", home.toString())
        .env("HERMES_KANBAN_HOME", "")
        .args(args.toArray(String[]::new))
        .start(name);
  }

  /** The embedded broker's address, as it is known to other processes of the host. */
  String bootstrap() {
    try {
      return Files.readString(home.resolve("talaria/kafka/bootstrap")).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ---- the board

  /** Opens the board beside whatever else has it open. */
  <T> T onBoard(Function<Board, T> work) {
    try (Board board = Board.openOrCreate(db(), options)) {
      return work.apply(board);
    }
  }

  <T> T read(Function<Tx, T> work) {
    try (Board board = Board.openReadOnly(db(), options)) {
      return board.read(work::apply);
    }
  }

  /** Creates one task of a lane, as the CLI would. */
  String create(String lane, String title) {
    return create(lane, List.of(title)).get(0);
  }

  /** Creates tasks of a lane in one transaction; their ids. */
  List<String> create(String lane, List<String> titles) {
    return create(titles.stream()
        .map(title -> NewTask.titled(title).withAssignee(lane).withCreatedBy("test"))
        .toList());
  }

  List<String> create(List<NewTask> tasks) {
    var creation = new TaskCreation(Skills.hermesToolsets(), null);
    return onBoard(board -> board.write(
        tx -> tasks.stream().map(task -> creation.create(tx, task).taskId()).toList()));
  }

  /**
   * Waits until the dispatcher has looked at its board anew: it wakes a task whose time has come. What it granted then was
   * committed together with that. The task is of the lane {@code noop}, and is left to run.
   */
  void awaitLook() {
    var creation = new TaskCreation(Skills.hermesToolsets(), null);
    NewTask look = NewTask.titled("a look").withAssignee(NOOP).withCreatedBy("test");
    String task = onBoard(board -> board.write(tx -> {
      String id = creation.create(tx, look).taskId();
      assertThat(Schedules.scheduleAt(tx, id, null, null, tx.now(), "test")).isTrue();
      return id;
    }));
    await("the dispatcher has looked at its board")
        .atMost(START)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> !task(task).status().equals("scheduled"));
  }

  List<Task> tasks() {
    return read(tx -> TaskList.list(tx, TaskFilter.all()));
  }

  Task task(String id) {
    return read(tx -> Tasks.find(tx, id).orElseThrow());
  }

  List<Run> runs(String task) {
    return read(tx -> Tasks.runs(tx, task));
  }

  List<EventRow> events(String task, String... kinds) {
    return read(tx -> EventLog.ofTask(tx, task, kinds));
  }

  List<EventRow> allEvents() {
    return read(tx -> EventLog.eventsAfter(tx, 0, Integer.MAX_VALUE));
  }

  Map<String, Long> countByStatus() {
    return read(Tasks::countByStatus);
  }

  /** How many tasks are done, blocked or archived. */
  long finished() {
    Map<String, Long> counts = countByStatus();
    return Stream.of("done", "blocked", "archived")
        .mapToLong(status -> counts.getOrDefault(status, 0L))
        .sum();
  }

  /** Waits until every task is done, blocked or archived, and no worker's end is outstanding. */
  void awaitAllFinished(Duration limit) {
    await("every task of " + home + " is finished")
        .atMost(limit)
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(() -> {
          List<String> open = tasks().stream()
              .filter(task -> !List.of("done", "blocked").contains(task.status()))
              .map(task -> "%s with %s".formatted(task, events(task.id())))
              .toList();
          assertThat(open).as("tasks that are not finished").isEmpty();
          assertThat(unsettledRuns()).as("runs without a reported end").isEmpty();
        });
  }

  void awaitStatus(String task, String status, Duration limit) {
    await("task " + task + " is " + status)
        .atMost(limit)
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(() -> assertThat(task(task).status()).isEqualTo(status));
  }

  /** Runs that were granted and whose worker's end the board has not heard of. */
  List<Long> unsettledRuns() {
    return read(tx -> tx.list(
        "SELECT run_id FROM talaria_runs WHERE exited_at IS NULL ORDER BY run_id",
        row -> row.number("run_id")));
  }

  // ---- the ledger

  /**
   * One line of the ledger.
   *
   * @param what {@code began}, before the worker's first effect, or {@code done}, after its last
   */
  record Entry(String what, String task, long run, long pid) {}

  /** What the workers wrote, in the order in which they did. */
  List<Entry> ledger() {
    Path file = root.resolve("ledger");
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      return Files.readAllLines(file).stream()
          .map(line -> line.split(" "))
          .map(
              word -> new Entry(word[0], word[1], Long.parseLong(word[2]), Long.parseLong(word[3])))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Entry> ledger(String what) {
    return ledger().stream().filter(entry -> entry.what().equals(what)).toList();
  }

  /** When the workers' processes came into being, in the clock ticks of {@code /proc/<pid>/stat}, by run. */
  Map<Long, Long> births() {
    try {
      return Files.readAllLines(root.resolve("ledger")).stream()
          .map(line -> line.split(" "))
          .filter(word -> word[0].equals("began"))
          .collect(
              Collectors.toMap(word -> Long.parseLong(word[2]), word -> Long.parseLong(word[4])));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until so many workers began. */
  void awaitBegun(int count, Duration limit) {
    await(count + " workers began")
        .atMost(limit)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> ledger("began").size() >= count);
  }

  /** The processes of ledger workers that live now. */
  List<Long> liveWorkers() {
    return ledger("began").stream()
        .map(Entry::pid)
        .filter(pid -> isWorker(pid))
        .distinct()
        .toList();
  }

  private boolean isWorker(long pid) {
    try {
      return Files.readString(Path.of("/proc/%d/cmdline".formatted(pid)))
          .contains(root.resolve("worker.sh").toString());
    } catch (IOException e) {
      return false;
    }
  }

  // ---- Kafka, read-committed

  List<Transition> transitions() {
    return transitions(bootstrap(), "talaria.");
  }

  List<Transition> transitions(String bootstrap, String prefix) {
    var wire = new Wire();
    return new RecordReader(bootstrap)
        .readAll(prefix + "transitions").stream()
            .map(rec -> {
              try {
                return wire.decode(rec.value(), Transition.class);
              } catch (MalformedMessageException e) {
                throw new AssertionError(RecordReader.text(rec), e);
              }
            })
            .filter(transition -> transition.board().toString().equals(boardKey()))
            .toList();
  }

  // ---- invariants

  /** Waits until {@code transitions} holds every event of the board; then asserts that it holds each exactly once. */
  void assertEachEventOnceOnTransitions(String bootstrap, String prefix) {
    await("every event is on transitions")
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptions()
        .until(() -> transitions(bootstrap, prefix).stream()
            .map(Transition::event)
            .collect(Collectors.toSet())
            .containsAll(allEvents().stream().map(EventRow::id).toList()));
    long lineage =
        read(tx -> BoardFacts.get(tx, BoardFacts.LINEAGE).map(Long::parseLong).orElse(1L));
    List<Transition> published = transitions(bootstrap, prefix);
    assertThat(published.stream().filter(it -> it.lineage() == lineage).map(Transition::event))
        .as("events on transitions, in their order")
        .containsExactlyElementsOf(allEvents().stream().map(EventRow::id).toList());
  }

  void assertEachEventOnceOnTransitions() {
    assertEachEventOnceOnTransitions(bootstrap(), "talaria.");
  }

  /** Asserts by the workers' own ledger that no run was executed twice, and no task by two workers at a time. */
  void assertNoRunTwice() {
    List<Entry> began = ledger("began");
    assertThat(began.stream().map(Entry::run)).as("runs in the ledger").doesNotHaveDuplicates();
    assertThat(ledger("done").stream().map(Entry::run))
        .as("finished runs in the ledger")
        .doesNotHaveDuplicates();
    Map<Long, String> owners = began.stream().collect(Collectors.toMap(Entry::run, Entry::task));
    owners.forEach((run, task) -> assertThat(runs(task).stream().map(Run::id))
        .as("runs of task %s on the board", task)
        .contains(run));
  }

  /** Asserts that no run is open, no claim is left and no decision is outstanding. */
  void assertNothingOpen() {
    List<Long> open = read(
        tx -> tx.list("SELECT id FROM task_runs WHERE ended_at IS NULL", row -> row.number("id")));
    assertThat(open).as("open runs").isEmpty();
    assertThat(tasks()).as("claims").allSatisfy(task -> {
      assertThat(task.claimLock()).isNull();
      assertThat(task.currentRunId()).isNull();
    });
    List<String> held = read(tx -> tx.list(
        "SELECT task_id FROM talaria_holds WHERE reason = 'decision'",
        row -> row.requireText("task_id")));
    assertThat(held).as("decisions that are outstanding").isEmpty();
  }

  /** The exit code with which the board knows a run's worker to have ended; null when it never heard of one. */
  Integer exitCode(long run) {
    return read(tx -> EventLog.ofRun(tx, run)).stream()
        .map(EventRow::payloadObject)
        .filter(payload -> payload != null && payload.path("exit_code").isInt())
        .map(payload -> payload.path("exit_code").asInt())
        .findFirst()
        .orElse(null);
  }

  List<EventRow> events(Predicate<EventRow> which) {
    return allEvents().stream().filter(which).toList();
  }
}
