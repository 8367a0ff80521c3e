package dev.talaria.cli.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.talaria.board.event.EventRow;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Task;
import dev.talaria.cli.fleet.FleetBoard.Expected;
import dev.talaria.cli.fleet.Ledger.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fleet at work: seven hosts, two boards, a hundred tasks of all kinds, while a host loses its power, another is upgraded
 * and the services of the boards are restarted. What was executed is read from the ledger that the workers themselves
 * write.
 */
@Timeout(240)
class FleetIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration LOST_AFTER = Duration.ofSeconds(6);
  private static final int GAP_MILLIS = 5_000;
  private static final int ATTEMPTS = 3; // a neighbour may have had the processor

  /** Does what its task's title says, after it has said that it began. */
  private static final String WORKER = """
      #!/bin/sh
      # <directory of the test> <title>
      dir=$1
      echo "$TALARIA_RUN_KEY $FLEET_HOST $(cat /proc/sys/kernel/hostname) $$ $(date +%s%N)" >>"$dir/ledger"
      say() { # the launcher may be away for a moment
        curl -sS --fail --retry 30 --retry-delay 1 --retry-all-errors -H "Authorization: Bearer $TALARIA_WORKER_TOKEN" "$@" >/dev/null || exit 9
      }
      sleep 0.2
      case $2 in
        'fails once') mkdir "$dir/once-$TALARIA_TASK" || exit 0; exit 3 ;;
        fails) exit 3 ;;
        hold) while [ ! -e "$dir/go" ]; do sleep 0.05; done ;;
        gate) while [ ! -e "$dir/gate" ]; do sleep 0.05; done; mkdir "$dir/once-$TALARIA_TASK" && exit 3; exit 0 ;;
        parent) echo 'made by the parent' ;;
        child) grep -q 'made by the parent' "$TALARIA_CONTEXT_FILE" || exit 4 ;;
        where) pwd >"$TALARIA_TASK" ;;
        agent)
          say "$TALARIA_WORKER_URL/task"
          say "$TALARIA_WORKER_URL/heartbeat" -d note=half
          say "$TALARIA_WORKER_URL/comment" --data-urlencode "body=said on $FLEET_HOST"
          say "$TALARIA_WORKER_URL/complete" --data-urlencode "summary=done on $FLEET_HOST" ;;
        divides)
          say "$TALARIA_WORKER_URL/create" -d '{"title": "child", "assignee": "build", "parents": ["'"$TALARIA_TASK"'"]}'
          say "$TALARIA_WORKER_URL/complete" --data-urlencode "summary=made by the parent" ;;
        blocks) say "$TALARIA_WORKER_URL/block" --data-urlencode reason='needs a person' ;;
        silent) ;;
      esac
      """;

  @TempDir
  Path root;

  private Fleet fleet;
  private Ledger ledger;
  private List<FleetBoard> boards;

  @Test
  void shouldExecuteEachRunAtMostOnceWhateverHappensToTheHosts() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "needs bash");
    Files.createDirectory(root.resolve("elsewhere"));
    try (Fleet made = Fleet.make(
        root,
        "kafka:broker streams:streams alpha:dispatcher beta:dispatcher l1:launcher l2:launcher l3:launcher")) {
      fleet = made;
      try {
        work();
      } catch (AssertionError | RuntimeException e) {
        for (String host : List.of("alpha", "beta", "l1", "l2", "l3")) {
          System.out.printf("--- %s%n%s%n", host, fleet.log(host));
        }
        throw e;
      }
    }
  }

  private void work() throws IOException {
    ledger = new Ledger(root.resolve("ledger"));
    configure();
    boards = List.of(
        new FleetBoard("alpha", fleet.home("alpha")), new FleetBoard("beta", fleet.home("beta")));

    // l1 is alone at first, so it has the work that it is to lose; l3 the work that is to outlive
    // an upgrade
    fleet.script("start", "kafka", "streams", "alpha", "beta", "l1", "l3");
    var atL1 = new TreeSet<String>();
    var atL3 = new TreeSet<String>();
    for (FleetBoard board : boards) {
      atL1.addAll(
          board.batch().add(urgent("hold", "build"), "done", "completed").create());
      atL3.addAll(board
          .batch()
          .add(urgent("gate", "solo"), "done", "crashed", "completed")
          .create());
    }
    await("the first ones began").atMost(LIMIT).until(() -> began(atL1) == 2 && began(atL3) == 2);
    assertThat(hostsOf(atL1)).containsExactly("l1");
    fleet.script("start", "l2");
    boards.forEach(this::fill);

    awaitBegun(20);
    fleet.script("kill", "l1");
    long killed = System.nanoTime();
    fleet.script("restart", "l3");
    assertThat(began(atL3)).as("an upgrade leaves workers alone").isEqualTo(2);
    Files.createFile(root.resolve("gate"));

    await("what l1 was doing is done elsewhere").atMost(LIMIT).until(() -> began(atL1) == 4);
    report("launcher lost: from the power cut to the last of its tasks running elsewhere", killed);
    assertThat(hostsOf(atL1)).containsExactly("l1", "l2");
    Files.createFile(root.resolve("go"));
    fleet.script("start", "l1");
    drainAndResume();

    long gap = Long.MAX_VALUE;
    for (int attempt = 0; attempt < ATTEMPTS && gap > GAP_MILLIS; attempt++) {
      gap = Math.min(gap, gapOfARestart("alpha"));
    }
    awaitAllEnded();
    assertThat(gap).as("ms without a new worker").isLessThan(GAP_MILLIS);

    assertNoRunTwice();
    boards.forEach(this::assertEnds);
    if (fleet.hasNamespaces()) {
      assertThat(ledger.entries()).allMatch(entry -> entry.hostName().equals(entry.host()));
      assertThat(fleet.on("l2", "cat", "/proc/sys/kernel/hostname")).containsExactly("l2");
    }
  }

  private void configure() throws IOException {
    Path script = root.resolve("worker.sh");
    Files.writeString(script, WORKER);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    Map<String, List<String>> lanes = Map.of(
        "l1",
        List.of("build", "any"),
        "l2",
        List.of("build", "agent"),
        "l3",
        List.of("solo", "agent", "any"));
    for (String host : List.of("kafka", "streams", "alpha", "beta", "l1", "l2", "l3")) {
      var yaml = new StringBuilder("""
          kafka:
            partitions: 3
          dispatch:
            new_boards: start
            lost_after: %ds
          """.formatted(LOST_AFTER.toSeconds()));
      if (lanes.containsKey(host)) {
        yaml.append("launcher:\n  slots: 4\n");
      }
      if (host.equals("l3")) { // nobody else may place a worker there
        yaml.append("  places: ['%s']%n".formatted(root.resolve("elsewhere")));
      }
      if (lanes.containsKey(host)) {
        yaml.append("  lanes:\n");
      }
      for (String lane : lanes.getOrDefault(host, List.of())) {
        yaml.append("    %s: {command: ['%s', '%s', '{title}'], exit: %s}%n"
            .formatted(lane, script, root, lane.equals("agent") ? "protocol" : "exit-code"));
      }
      fleet.settings(host, yaml.toString());
    }
  }

  private static void report(String what, long fromNanos) {
    long millis = (System.nanoTime() - fromNanos) / 1_000_000;
    System.out.printf("%s: %d ms%n", what, millis);
    assertThat(millis).as(what).isLessThan(LOST_AFTER.plusSeconds(10).toMillis());
  }

  private static NewTask task(String title, String lane) {
    return NewTask.titled(title).withAssignee(lane);
  }

  private static NewTask urgent(String title, String lane) {
    return task(title, lane).withPriority(9);
  }

  /** 48 tasks for each board; two make a child each. */
  private void fill(FleetBoard board) {
    FleetBoard.Batch batch = board.batch();
    for (int i = 0; i < 4; i++) {
      batch.add(task("parent", "build"), "done", "completed");
      batch.then(task("child", i < 2 ? "any" : "build"), "done", "completed");
      batch.add(task("fails once", "build"), "done", "crashed", "completed");
    }
    for (int i = 0; i < 2; i++) {
      batch.add(task("divides", "agent"), "done", "completed");
      batch.add(task("blocks", "agent"), "blocked", "blocked");
    }
    batch.add(task("fails", "any"), "blocked", "crashed", "crashed");
    batch.add(task("silent", "agent"), "blocked", "crashed");
    batch.add(
        task("where", "any").withWorkspace("dir", root.resolve("elsewhere").toString(), null),
        "done",
        "completed");
    for (int i = 0; i < 8; i++) {
      batch.add(task("agent", "agent"), "done", "completed");
    }
    for (int i = 0; i < 21; i++) {
      batch.add(task("plain", i % 3 == 0 ? "any" : "build"), "done", "completed");
    }
    batch.create();
  }

  // ---- what happens meanwhile

  private void awaitBegun(int count) {
    await(count + " workers began")
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> ledger.entries().size() >= count);
  }

  private long began(Set<String> tasks) {
    return ledger.entries().stream()
        .filter(entry -> tasks.contains(entry.task()))
        .count();
  }

  private Set<String> hostsOf(Set<String> tasks) {
    var hosts = new TreeSet<String>();
    ledger.entries().stream()
        .filter(entry -> tasks.contains(entry.task()))
        .forEach(entry -> hosts.add(entry.host()));
    return hosts;
  }

  /** While a host is drained, another does all the work; once it is resumed it takes some again. */
  private void drainAndResume() {
    fleet.on("alpha", "talaria", "drain", "l2", "--reason", "a new disk", "--wait");
    long drained = nowNanos();
    assertThat(fleet.on("beta", "talaria", "pause"))
        .as("orders, read on another host")
        .anyMatch(line -> line.contains("l2") && line.contains("a new disk"));
    Set<String> meanwhile = quick(boards.get(0), 6);
    await("l1 does it").atMost(LIMIT).until(() -> began(meanwhile) == meanwhile.size());
    assertThat(hostsOf(meanwhile)).containsExactly("l1");
    assertThat(ledger.entries())
        .filteredOn(entry -> entry.host().equals("l2"))
        .allMatch(entry -> entry.nanos() < drained);

    fleet.on("beta", "talaria", "resume", "l2");
    Set<String> afterwards = quick(boards.get(1), 24);
    await("l2 works again").atMost(LIMIT).until(() -> hostsOf(afterwards).contains("l2"));
  }

  private static Set<String> quick(FleetBoard board, int count) {
    FleetBoard.Batch batch = board.batch();
    for (int i = 0; i < count; i++) {
      batch.add(urgent("plain", "build"), "done", "completed");
    }
    return Set.copyOf(batch.create());
  }

  /** As the ledger's stamps. */
  private static long nowNanos() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  /** Milliseconds without a new worker for the board while its dispatcher is restarted, with work waiting. */
  private long gapOfARestart(String host) {
    FleetBoard board =
        boards.stream().filter(it -> it.key().startsWith(host)).findFirst().orElseThrow();
    Set<String> tasks = quick(board, 40);
    await("they began").atMost(LIMIT).until(() -> began(tasks) > 4);
    fleet.script("restart", host);
    await("they all began").atMost(LIMIT).until(() -> began(tasks) == tasks.size());
    List<Long> starts = ledger.entries().stream()
        .filter(entry -> tasks.contains(entry.task()))
        .map(Entry::nanos)
        .sorted()
        .toList();
    long longest = 0;
    for (int i = 1; i < starts.size(); i++) {
      longest = Math.max(longest, starts.get(i) - starts.get(i - 1));
    }
    long millis = longest / 1_000_000;
    System.out.printf("dispatcher restarted: %d ms without a new worker%n", millis);
    return millis;
  }

  private void awaitAllEnded() {
    await("every task has ended")
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(() -> {
          for (FleetBoard board : boards) {
            assertThat(board.tasks().stream()
                    .filter(task -> !Set.of("done", "blocked").contains(task.status()))
                    .map(task ->
                        task.title() + " is " + task.status() + " " + board.events(task.id()))
                    .toList())
                .as("tasks of %s that have not ended", board.key())
                .isEmpty();
            assertThat(board.unsettled())
                .as("runs of %s without an end", board.key())
                .isEmpty();
          }
        });
  }

  // ---- what must hold

  private void assertNoRunTwice() {
    assertThat(ledger.entries().stream().map(Entry::run)).as("runs").doesNotHaveDuplicates();
    for (Entry entry : ledger.entries()) {
      FleetBoard board = boards.stream()
          .filter(it -> it.key().equals(entry.board()))
          .findFirst()
          .orElseThrow();
      assertThat(board.runs(entry.task()).stream().map(Run::id)).contains(entry.runId());
    }
  }

  /** Both boards grant to the same launchers: a run that finds no slot is given back, and never executed. */
  private boolean isGivenBack(Run run) {
    return run.outcome().equals("reclaimed")
        && ledger.of(run.taskId()).stream().noneMatch(entry -> entry.runId() == run.id());
  }

  private void assertEnds(FleetBoard board) {
    Map<String, Task> tasks = new TreeMap<>();
    board.tasks().forEach(task -> tasks.put(task.id(), task));
    for (Map.Entry<String, Expected> each : board.expected().entrySet()) {
      Task task = tasks.remove(each.getKey());
      Expected end = each.getValue();
      List<Run> runs = board.runs(task.id());
      List<EventRow> events = board.events(task.id());
      assertThat(task.status()).as("%s: %s %s", end, runs, events).isEqualTo(end.status());
      assertThat(runs.stream()
              .filter(run -> !run.outcome().equals("launcher_lost") && !isGivenBack(run))
              .map(Run::outcome))
          .as("%s: %s", task, events)
          .containsExactlyElementsOf(end.outcomes());
      if (task.title().equals("where")) {
        assertThat(hostsOf(Set.of(task.id()))).containsExactly("l3");
      }
      assertThat(runs).as("runs of %s", task.id()).noneMatch(Run::isOpen);
      assertThat(task.claimLock()).isNull();
      Set<Long> executed = new TreeSet<>();
      ledger.of(task.id()).forEach(entry -> executed.add(entry.runId()));
      assertThat(runs.stream()
              .filter(run -> end.outcomes().contains(run.outcome()))
              .map(Run::id))
          .as("runs that worked, in the ledger")
          .allMatch(executed::contains);
    }
    List<Task> made = new ArrayList<>(tasks.values());
    assertThat(made).as("children that workers made").hasSize(2).allSatisfy(child -> {
      assertThat(child.title()).isEqualTo("child");
      assertThat(child.status()).isEqualTo("done");
      assertThat(child.createdBy()).isEqualTo("agent");
    });
  }
}
