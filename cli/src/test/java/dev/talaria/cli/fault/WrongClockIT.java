package dev.talaria.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.talaria.board.Board;
import dev.talaria.board.event.EventLog;
import dev.talaria.board.event.EventRow;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.transition.Claims;
import dev.talaria.cli.CliRig;
import dev.talaria.cli.metrics.ServiceHost;
import dev.talaria.protocol.message.BoardCommand;
import dev.talaria.protocol.message.BoardCommand.Exited;
import dev.talaria.protocol.message.Presence;
import dev.talaria.protocol.message.Presence.LauncherBeat;
import dev.talaria.protocol.message.Wire;
import dev.talaria.testkit.RecordReader;
import dev.talaria.testkit.TestBroker;
import dev.talaria.testkit.WithKafka;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The services of several hosts, each with a wall clock of its own: clocks that are wrong, and clocks that jump while the
 * monotonic one goes on, as after a night asleep or at the hand of an operator.
 */
@WithKafka
@Timeout(120)
class WrongClockIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration LOST_AFTER = Duration.ofSeconds(6);
  private static final Duration STOP_AFTER = Duration.ofSeconds(5);

  /** For how long nothing may happen after a jump, which every loop has noticed by then. */
  private static final Duration A_WHILE = Duration.ofSeconds(2);

  private static final long CLAIM_SECONDS = 900;

  /** Far more than a test takes, and far less than a clock jumps. */
  private static final long MAX_RUNTIME_SECONDS = 300;

  private static final String STRICT = "strict";

  /** A task's title is the file that its worker waits for. */
  private static final String WORKER =
      "echo \"began $0 $1\" >>\"$3/ledger\"; while [ ! -e \"$3/$2\" ]; do sleep 0.1; done;"
          + " echo \"done $0 $1\" >>\"$3/ledger\"";

  private static final List<String> BAD_ENDS = List.of(
      "launcher_lost",
      "reclaimed",
      "stale",
      "stale_report",
      "timed_out",
      "crashed",
      "spawn_failed",
      "gave_up",
      "blocked");

  private final Wire wire = new Wire();

  @TempDir
  Path root;

  /** A wall clock that is set; the monotonic one knows nothing of it. */
  private static final class SetClock implements InstantSource {
    private volatile Duration offset;

    SetClock(Duration offset) {
      this.offset = offset;
    }

    void jump(Duration by) {
      offset = offset.plus(by);
    }

    @Override
    public Instant instant() {
      return InstantSource.system().instant().plus(offset);
    }
  }

  @BeforeEach
  void makeGates() throws IOException {
    Files.createFile(root.resolve("open"));
  }

  private ServiceHost host(TestBroker broker, String name, InstantSource clock) throws IOException {
    String command =
        "['/bin/sh', '-c', '%s', '{task_id}', '{run_id}', '{title}', '%s']".formatted(WORKER, root);
    String yaml = """
        launcher:
          slots: 4
          lanes:
            %s:
              command: %s
              exit: exit-code
            %s:
              command: %s
              exit: exit-code
              stop_after: %ds
        dispatch:
          lost_after: %ds
          claim_ttl: %ds
        """.formatted(
            name,
            command,
            STRICT,
            command,
            STOP_AFTER.toSeconds(),
            LOST_AFTER.toSeconds(),
            CLAIM_SECONDS);
    return new ServiceHost(broker, root.resolve("home-" + name), name, yaml, clock);
  }

  private static NewTask task(String lane, String gate) {
    return NewTask.titled(gate).withAssignee(lane).withMaxRuntimeSeconds(MAX_RUNTIME_SECONDS);
  }

  @Test
  void shouldWorkWithLaunchersWhoseClocksAreAnHourWrong(TestBroker broker) throws Exception {
    try (ServiceHost alpha = host(broker, "alpha", InstantSource.system());
        ServiceHost ahead = host(broker, "ahead", new SetClock(HOUR));
        ServiceHost behind = host(broker, "behind", new SetClock(HOUR.negated()))) {
      alpha.startBoard();
      ahead.startLauncher();
      behind.startLauncher();
      List<String> tasks = new ArrayList<>();
      List<String> lanes = List.of("ahead", "behind");
      lanes.forEach(lane -> tasks.add(alpha.create(task(lane, "gate"))));
      await("both began").atMost(SOON).until(() -> ledger("began").size() == 2);
      long later = System.currentTimeMillis() + LOST_AFTER.plusSeconds(1).toMillis();
      for (int i = 0; i < 5; i++) {
        lanes.forEach(lane -> tasks.add(alpha.create(task(lane, "open"))));
      }
      tasks.subList(2, tasks.size()).forEach(task -> awaitDone(alpha, task));
      awaitBeats(alpha, broker, later, "ahead", HOUR);
      awaitBeats(alpha, broker, later, "behind", HOUR.negated());

      assertThat(ledger("began")).as("those at the gate among them").hasSize(12);
      Map<String, Long> offsets = offsets(broker);
      assertThat(offsets.get("alpha")).isCloseTo(0, within(20_000L));
      assertThat(offsets.get("ahead")).isCloseTo(HOUR.toMillis(), within(20_000L));
      assertThat(offsets.get("behind")).isCloseTo(-HOUR.toMillis(), within(20_000L));
      Files.createFile(root.resolve("gate"));

      tasks.forEach(task -> awaitDone(alpha, task));
      tasks.forEach(task -> assertDoneAtOnce(alpha, task));
      assertThat(ledger("began")).hasSize(12);
    }
  }

  @Test
  void shouldGoOnWhenWallClocksJump(TestBroker broker) throws Exception {
    var alphas = new SetClock(Duration.ZERO);
    var betas = new SetClock(Duration.ZERO);
    long from = System.nanoTime();
    ServiceHost beta = host(broker, "beta", betas);
    try (ServiceHost alpha = host(broker, "alpha", alphas)) {
      alpha.startBoard();
      beta.startLauncher();
      String longOne = alpha.create(task("beta", "gate"));
      String strict = alpha.create(task(STRICT, "strict-gate"));
      String persons = alpha.create(NewTask.titled("by a person").withAssignee("somebody"));
      claim(alpha, persons);
      await("both began").atMost(SOON).until(() -> ledger("began").size() == 2);
      Map<String, Long> runs = new HashMap<>();
      List.of(longOne, strict, persons)
          .forEach(task -> runs.put(task, task(alpha, task).currentRunId()));

      List<String> probes = new ArrayList<>();
      for (Duration by : List.of(HOUR.multipliedBy(3), HOUR.negated())) {
        for (SetClock clock : List.of(betas, alphas)) {
          clock.jump(by);
          long later = System.currentTimeMillis() + A_WHILE.toMillis();
          String probe = alpha.create(task("beta", "open"));
          probes.add(probe);
          awaitDone(alpha, probe);
          awaitBeats(alpha, broker, later, "beta", betas.offset);
          runs.forEach((task, run) -> assertThat(task(alpha, task).currentRunId())
              .as("run of %s with the clocks at %s and %s", task, alphas.offset, betas.offset)
              .isEqualTo(run));
          awaitClaimOfFullTime(alpha, alphas, longOne);
          assertThat(ledger("began")).hasSize(2 + probes.size());
        }
      }
      Files.createFile(root.resolve("strict-gate"));
      awaitDone(alpha, strict);
      // its worker lives on, and is adopted by a launcher with yet another time
      beta.runtime().close();
      betas.jump(HOUR);
      beta = host(broker, "beta", betas);
      beta.startLauncher();
      String last = alpha.create(task("beta", "open"));
      awaitDone(alpha, last);
      Files.createFile(root.resolve("gate"));
      awaitDone(alpha, longOne);

      long took = Duration.ofNanos(System.nanoTime() - from).toSeconds();
      probes.addAll(List.of(longOne, strict, last));
      probes.forEach(task -> assertDoneAtOnce(alpha, task));
      assertThat(alpha.status(persons)).isEqualTo("running");
      assertThat(ledger("began")).hasSize(probes.size());
      for (String task : probes) {
        assertThat(seconds(alpha, broker, runs(alpha, task).get(0)))
            .as("run time of %s", task)
            .isBetween(0L, took);
      }
      assertThat(seconds(alpha, broker, runs(alpha, longOne).get(0)))
          .as("it ran through all four jumps, each awaited for so long")
          .isGreaterThanOrEqualTo(4 * A_WHILE.toSeconds());
    } finally {
      beta.close();
    }
  }

  /** Claimed by somebody whom no process here tells of: only the lease keeps it. */
  private static void claim(ServiceHost host, String task) {
    try (Board board = host.open()) {
      board.write(tx -> Claims.claim(tx, task, "elsewhere:9", CLAIM_SECONDS));
    }
  }

  /** The claim's column is for hermes's eyes: whatever the clock did, it ends within one claim's time from now. */
  private static void awaitClaimOfFullTime(ServiceHost host, InstantSource clock, String task) {
    await("the claim of " + task + " is renewed by the clock as it stands")
        .atMost(SOON)
        .untilAsserted(() -> {
          long now = clock.instant().getEpochSecond();
          assertThat(task(host, task).claimExpires()).isBetween(now + 1, now + CLAIM_SECONDS);
        });
  }

  /** Waits until dispatcher and launcher have beaten after that time, the launcher by a clock that is so far off. */
  private void awaitBeats(
      ServiceHost alpha, TestBroker broker, long time, String launcher, Duration offset) {
    for (String key : List.of("alpha/dispatcher/main", launcher + "/launcher/main")) {
      await("later beats of " + key)
          .atMost(SOON)
          .pollInterval(Duration.ofMillis(200))
          .untilAsserted(() -> {
            List<ConsumerRecord<byte[], byte[]>> later = beats(alpha, broker)
                .filter(it -> it.timestamp() >= time)
                .filter(it -> new String(it.key(), StandardCharsets.UTF_8).equals(key))
                .toList();
            assertThat(later).isNotEmpty();
            ConsumerRecord<byte[], byte[]> last = later.get(later.size() - 1);
            if (wire.decode(last.value(), Presence.class) instanceof LauncherBeat beat) {
              assertThat(beat.at() - last.timestamp())
                  .isCloseTo(offset.toMillis(), within(20_000L));
            }
          });
    }
  }

  private static Stream<ConsumerRecord<byte[], byte[]>> beats(
      ServiceHost alpha, TestBroker broker) {
    return new RecordReader(broker.bootstrapServers())
        .readAll(alpha.runtime().topics().presence()).stream();
  }

  /** How far the hosts' clocks are off, in milliseconds, as {@code talaria hosts} says. */
  private Map<String, Long> offsets(TestBroker broker) {
    CliRig.Result result = new CliRig(root.resolve("user"))
        .run(
            "hosts",
            "--kafka",
            broker.bootstrapServers(),
            "--set",
            "kafka.prefix=" + broker.prefix(),
            "--set",
            "kafka.partitions=2",
            "--json");
    assertThat(result.exit()).as(result.err()).isZero();
    Map<String, Long> offsets = new HashMap<>();
    for (JsonNode host : result.json().path("hosts")) {
      assertThat(host.path("state").asText()).isEqualTo("up");
      offsets.put(host.path("host").asText(), host.path("clock_offset_ms").asLong());
    }
    return offsets;
  }

  /** The run time that the launcher has told the board. */
  private long seconds(ServiceHost alpha, TestBroker broker, Run run) {
    return new RecordReader(broker.bootstrapServers())
        .readAll(alpha.runtime().topics().commands()).stream()
            .map(it -> wire.decode(it.value(), BoardCommand.class))
            .filter(Exited.class::isInstance)
            .map(Exited.class::cast)
            .filter(it -> it.run().runId() == run.id())
            .mapToLong(Exited::seconds)
            .findFirst()
            .orElseThrow();
  }

  private static Task task(ServiceHost host, String id) {
    try (Board board = host.open()) {
      return board.read(tx -> Tasks.find(tx, id)).orElseThrow();
    }
  }

  private static List<Run> runs(ServiceHost host, String task) {
    try (Board board = host.open()) {
      return board.read(tx -> Tasks.runs(tx, task));
    }
  }

  private static void awaitDone(ServiceHost host, String task) {
    await("task " + task + " is done")
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(() -> assertThat(host.status(task)).isEqualTo("done"));
  }

  /** One run, one worker, and nothing else ever happened to it. */
  private void assertDoneAtOnce(ServiceHost host, String task) {
    assertThat(runs(host, task)).extracting(Run::outcome).as(task).containsExactly("completed");
    try (Board board = host.open()) {
      List<EventRow> events = board.read(tx -> EventLog.ofTask(tx, task));
      assertThat(events).extracting(EventRow::kind).doesNotContainAnyElementsOf(BAD_ENDS);
    }
    for (String what : List.of("began", "done")) {
      assertThat(ledger(what))
          .filteredOn(it -> it.contains(task))
          .as("%s %s", what, task)
          .hasSize(1);
    }
  }

  private List<String> ledger(String what) {
    Path file = root.resolve("ledger");
    try {
      return Files.notExists(file)
          ? List.of()
          : Files.readAllLines(file).stream()
              .filter(it -> it.startsWith(what + " "))
              .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
