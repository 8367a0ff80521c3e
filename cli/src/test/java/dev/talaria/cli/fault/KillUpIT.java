package dev.talaria.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.event.EventRow;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Task;
import dev.talaria.testkit.JavaProcesses;
import dev.talaria.testkit.WithKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of a whole host in mid-run, again and again; {@code -Dtalaria.seed} repeats the moments of a run. The
 * workers' own ledger tells what really ran.
 */
@WithKafka
class KillUpIT {
  private static final int SLOTS = 40;
  private static final int TASKS = 200;
  private static final int KILLS = 3;
  private static final String AWAY = "while-away";
  private static final String LAST = "after-last-start";

  @TempDir
  private Path root;

  private final long seed = Long.getLong("talaria.seed", new Random().nextLong(100_000));
  private final Random random = new Random(seed);
  private FaultHost host;

  @BeforeEach
  void makeHost(JavaProcesses processes) {
    System.out.println("repeat with -Dtalaria.seed=" + seed);
    host = new FaultHost(processes, root)
        .set("launcher.slots", Integer.toString(SLOTS))
        // all of them fail in the same way here
        .set("policy.systemic.tasks", "1000");
  }

  @Test
  void everyTaskEndsAsItShouldWhenTheHostIsKilledInMidRun() {
    List<String> outliving = host.create(prior("ledger", FaultHost.gated(LAST, 0), 12, 9));
    List<String> failingWhileAway = host.create(prior("ledger", FaultHost.gated(AWAY, 3), 6, 8));
    List<String> doneWhileAway = host.create(prior("ledger", FaultHost.gated(AWAY, 0), 6, 8));
    host.create(mixed(TASKS - 24));

    host.start();
    host.awaitBegun(30 + random.nextInt(60), Duration.ofSeconds(30));
    host.kill();
    assertThat(host.liveWorkers()).as("workers that outlive the host").hasSizeGreaterThan(12);
    host.open(AWAY);
    pause(random.nextInt(1_000));
    for (int kill = 1; kill < KILLS; kill++) {
      host.launch();
      pause(1_500 + random.nextInt(5_000)); // before it is ready, or some time after
      host.kill();
      pause(random.nextInt(1_000));
    }
    host.start();
    host.open(LAST);
    host.awaitAllFinished(Duration.ofSeconds(60));

    host.assertEachEventOnceOnTransitions();
    host.assertNoRunTwice();
    host.assertNothingOpen();
    host.tasks().forEach(this::assertEndedAsItShould);
    outliving.forEach(this::assertAdopted);
    doneWhileAway.forEach(this::assertAdopted);
    failingWhileAway.forEach(task -> assertThat(host.task(task).status()).isEqualTo("blocked"));
    assertOneDecisionPerFailure();
    assertThat(host.terminate()).isZero();
  }

  private List<NewTask> mixed(int count) {
    List<NewTask> tasks = new ArrayList<>(IntStream.range(0, count)
        .mapToObj(i -> {
          String lane = i % 8 == 0 ? FaultHost.NOOP : FaultHost.LEDGER;
          double seconds = i % 7 == 0 ? 1 + random.nextInt(20) / 10.0 : random.nextInt(4) / 10.0;
          int code = i % 5 == 1 ? 3 : i % 40 == 2 ? 64 : 0;
          return NewTask.titled(FaultHost.work(seconds, code)).withAssignee(lane);
        })
        .toList());
    Collections.shuffle(tasks, random);
    return tasks;
  }

  private static List<NewTask> prior(String lane, String title, int count, long priority) {
    return Collections.nCopies(
        count, NewTask.titled(title).withAssignee(lane).withPriority(priority));
  }

  /** Done after one finished run, or blocked after two failed ones; and what was taken back never ran. */
  private void assertEndedAsItShould(Task task) {
    int code = FaultHost.NOOP.equals(task.assignee()) ? 0 : exitCode(task);
    Map<String, List<Run>> runs =
        host.runs(task.id()).stream().collect(Collectors.groupingBy(run -> "" + run.outcome()));
    List<Run> finished = runs.getOrDefault(code == 0 ? "completed" : "crashed", List.of());
    String what = "task %s (%s) with runs %s".formatted(task.id(), task.title(), runs);
    assertThat(task.status()).as(what).isEqualTo(code == 0 ? "done" : "blocked");
    assertThat(finished).as(what).hasSize(code == 0 ? 1 : 2);
    assertThat(runs.keySet()).as(what).isSubsetOf("completed", "crashed", "reclaimed");
    if (FaultHost.LEDGER.equals(task.assignee())) {
      List<Long> ran = host.ledger("done").stream()
          .filter(entry -> entry.task().equals(task.id()))
          .map(FaultHost.Entry::run)
          .toList();
      assertThat(ran)
          .as("%s by the ledger", what)
          .containsExactlyElementsOf(finished.stream().map(Run::id).toList());
      assertThat(host.ledger("began").stream().filter(entry -> entry.task().equals(task.id())))
          .as("%s: what was taken back never began", what)
          .hasSameSizeAs(ran);
    }
    if (code != 0) {
      assertThat(finished)
          .as(what)
          .allSatisfy(run -> assertThat(host.exitCode(run.id())).isEqualTo(code));
    }
  }

  private static int exitCode(Task task) {
    return Integer.parseInt(task.title().substring(task.title().lastIndexOf(' ') + 1));
  }

  private void assertAdopted(String task) {
    List<FaultHost.Entry> began =
        host.ledger("began").stream().filter(entry -> entry.task().equals(task)).toList();
    assertThat(began).as("workers of task %s", task).hasSize(1);
    assertThat(host.events(task, "spawned"))
        .as("the worker of task %s on the board", task)
        .singleElement()
        .satisfies(spawned -> assertThat(spawned.payloadObject().path("pid").asLong())
            .isEqualTo(began.get(0).pid()));
    assertThat(host.runs(task))
        .as("runs of task %s", task)
        .singleElement()
        .satisfies(run -> assertThat(run.outcome()).isEqualTo("completed"));
  }

  private void assertOneDecisionPerFailure() {
    List<Long> failed =
        host.events(event -> pending(event)).stream().map(EventRow::runId).toList();
    List<Long> decided = host.events(event -> event.kind().equals("decided")).stream()
        .map(event -> event.payloadObject().path("run").asLong())
        .toList();
    assertThat(failed).isNotEmpty();
    assertThat(decided).as("decided runs").containsExactlyInAnyOrderElementsOf(failed);
  }

  private static boolean pending(EventRow event) {
    return event.payloadObject() != null
        && event.payloadObject().path("decision_pending").asBoolean();
  }

  private static void pause(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
