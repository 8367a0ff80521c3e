package dev.talaria.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.talaria.board.order.OrderBook.Known;
import dev.talaria.board.order.OrderFile;
import dev.talaria.board.order.Pauses;
import dev.talaria.board.task.Run;
import dev.talaria.testkit.JavaProcesses;
import dev.talaria.testkit.WithKafka;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What operators order holds for real workers: by the ledger that they write, and by the times of their processes. */
@WithKafka
@Timeout(180)
class PauseIT {
  private static final Duration SOON = Duration.ofSeconds(40);
  private static final int STREAM = 400;

  @TempDir
  private Path root;

  @Test
  void shouldStartNothingOnceThePauseHasReturned(JavaProcesses processes) throws Exception {
    FaultHost host = new FaultHost(processes, root);
    // given before any service runs, so that there is no Kafka to tell
    assertThat(host.verb("pause", "--all", "--reason", "not yet"))
        .contains(
            "Paused everything: on this host nothing of it starts any more.",
            "There is no Kafka here: no other host was told.");
    List<String> first = create(host, 20);
    host.start();
    await("the fleet is told by the service").atMost(SOON).until(() -> known(host) == Known.FLEET);
    assertThat(host.ledger()).isEmpty();
    assertThat(host.runs(first.get(0))).isEmpty();
    assertThat(host.verb("resume", "--all")).anyMatch(line -> line.contains("not yet"));
    host.awaitAllFinished(SOON);

    // a stream of quick tasks, paused while starts are under way
    int before = host.ledger("began").size();
    create(host, STREAM);
    host.awaitBegun(before + 20, SOON);
    host.verb("pause", "--all", "--reason", "audit");
    long returned = aProcessBornNow();
    await("what had started ends").atMost(SOON).until(() -> host.unsettledRuns().isEmpty());
    int begun = host.ledger("began").size();
    assertThat(begun).as("the stream was cut off").isLessThan(before + 20 + STREAM);
    List<String> late = create(host, 5);
    host.awaitLook();
    assertThat(host.births().values())
        .as("births of workers, in ticks; the pause had returned at %d", returned)
        .allMatch(birth -> birth <= returned);
    assertThat(host.ledger("began")).hasSize(begun);
    assertThat(host.runs(late.get(0))).isEmpty();
    assertThat(host.tasks()).noneMatch(task -> task.status().equals("running"));
    assertThat(host.tasks()).as("nothing counted").allMatch(it -> it.consecutiveFailures() == 0);
    assertThat(host.verb("pause"))
        .anyMatch(line -> line.startsWith("everything is paused by user: audit"));
    long notes = host.read(tx -> tx.number("SELECT count(*) AS n FROM talaria_pause_notes"));
    assertThat(notes).as("given, taken back, given").isEqualTo(3);

    host.verb("resume", "--all");
    host.awaitAllFinished(SOON);
    host.assertNoRunTwice();
    assertThat(host.verb("pause")).contains("Nothing is paused.");
    host.terminate();
  }

  @Test
  void shouldEmptyAHostAndStopATask(JavaProcesses processes) {
    FaultHost host = new FaultHost(processes, root).start();
    String task = host.create(FaultHost.LEDGER, FaultHost.gated("a", 0));
    host.awaitBegun(1, SOON);

    List<String> said =
        host.verb("drain", "alpha", "--deadline", "1s", "--reason", "new disk", "--wait");

    assertThat(said).contains("Workers that run there: 0");
    host.awaitStatus(task, "ready", SOON);
    Run ended = host.runs(task).get(0);
    assertThat(ended.outcome()).isEqualTo("reclaimed");
    assertThat(ended.error()).contains("drained by user: new disk");
    assertThat(host.task(task).consecutiveFailures()).isZero();
    host.terminate();
    host.start();
    assertThat(host.read(Pauses::all)).as("it survives a restart").hasSize(1);
    assertThat(host.runs(task)).hasSize(1);

    host.verb("resume", "alpha");
    host.awaitBegun(2, SOON);
    host.verb("stop", task, "--reason", "wrong repository", "--wait");
    assertThat(host.liveWorkers()).isEmpty();
    assertThat(host.task(task).status()).isEqualTo("blocked");
    assertThat(host.task(task).consecutiveFailures()).isZero();
    assertThat(host.events(task, "blocked").get(0).payload())
        .contains("stopped by user: wrong repository");
    host.terminate();
  }

  private static List<String> create(FaultHost host, int count) {
    return host.create(
        FaultHost.LEDGER,
        IntStream.range(0, count).mapToObj(i -> FaultHost.work(0, 0)).toList());
  }

  private static Known known(FaultHost host) {
    return new OrderFile(host.home().resolve("talaria")).read().orders().get(0).known();
  }

  /** The birth of a process that is made now, by the clock that every birth is told in. */
  private static long aProcessBornNow() throws IOException, InterruptedException {
    Process process = new ProcessBuilder(
            "/bin/sh", "-c", "read -r stat </proc/self/stat; set -- ${stat##*) }; echo ${20}")
        .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return Long.parseLong(text.strip());
  }
}
