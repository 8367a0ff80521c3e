package dev.talaria.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.talaria.board.event.EventLog;
import dev.talaria.board.schema.BoardFacts;
import dev.talaria.cli.fault.FaultHost.Entry;
import dev.talaria.protocol.message.Transition;
import dev.talaria.testkit.JavaProcesses;
import dev.talaria.testkit.WithKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The board's file is replaced by an older copy of itself (REVIEW R3). */
@WithKafka
@Timeout(240)
class RestoreBoardIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  @TempDir
  Path root;

  /** As an operator would: the copy over the file, without what belongs to the former one. */
  private void restore(FaultHost host, Path copy) throws IOException {
    Files.deleteIfExists(host.home().resolve("kanban.db-wal"));
    Files.deleteIfExists(host.home().resolve("kanban.db-shm"));
    Files.move(
        copy, host.db(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void copy(FaultHost host, Path copy) {
    host.onBoard(board -> {
      board.copyTo(copy);
      return true;
    });
  }

  private static long lineage(FaultHost host) {
    return host.read(
        tx -> BoardFacts.get(tx, BoardFacts.LINEAGE).map(Long::parseLong).orElse(1L));
  }

  private static void work(FaultHost host, int tasks) {
    host.create(FaultHost.LEDGER, Collections.nCopies(tasks, FaultHost.work(0, 0)));
    host.awaitAllFinished(LIMIT);
  }

  private void assertGoesOn(FaultHost host, long formerRuns) {
    List<String> after =
        host.create(FaultHost.LEDGER, Collections.nCopies(3, FaultHost.work(0, 0)));
    host.awaitAllFinished(LIMIT);

    List<Entry> began = host.ledger("began");
    assertThat(began.stream().map(Entry::run)).doesNotHaveDuplicates();
    assertThat(began.stream().filter(entry -> after.contains(entry.task())))
        .as("workers of the tasks that were made after the restore")
        .hasSize(3)
        .allSatisfy(entry -> assertThat(entry.run()).isGreaterThan(formerRuns));
    assertThat(lineage(host)).isGreaterThanOrEqualTo(2);
    host.assertEachEventOnceOnTransitions();
    assertThat(host.transitions().stream().filter(it -> it.lineage() == lineage(host)))
        .filteredOn(Transition::isBackfill)
        .isNotEmpty();
    host.assertNothingOpen();
  }

  @Test
  void shouldPublishAndGoOnWhenItWasReplacedWhileDown(JavaProcesses processes) throws Exception {
    var host = new FaultHost(processes, root).start();
    work(host, 4);
    Path copy = root.resolve("copy.db");
    copy(host, copy);
    work(host, 6);
    long formerRuns = host.<Long>read(tx -> EventLog.sequences(tx).runs());
    assertThat(host.terminate()).isZero();

    restore(host, copy);
    host.start();

    host.up().awaitLine("is not the file that was published last", LIMIT);
    assertGoesOn(host, formerRuns);
  }

  @Test
  void shouldPublishAndGoOnWhenItWasReplacedWhileUp(JavaProcesses processes) throws Exception {
    var host = new FaultHost(processes, root).start();
    work(host, 4);
    String across = host.create(FaultHost.LEDGER, FaultHost.gated("open", 0));
    host.awaitBegun(5, LIMIT);
    await("its start is noted")
        .atMost(LIMIT)
        .until(() -> !host.events(across, "spawned").isEmpty());
    Path copy = root.resolve("copy.db");
    copy(host, copy);
    host.open("open");
    host.awaitAllFinished(LIMIT);
    work(host, 6);
    long formerRuns = host.<Long>read(tx -> EventLog.sequences(tx).runs());

    restore(host, copy);

    host.up().awaitLine("was replaced; it is opened again", LIMIT);
    host.up().awaitLine("is not the file that was published last", LIMIT);
    // what its launcher said after the copy was made is read again, so the task does not run again
    host.awaitStatus(across, "done", LIMIT);
    assertThat(host.runs(across)).hasSize(1);
    assertGoesOn(host, formerRuns);
    assertThat(host.terminate()).isZero();
  }

  @Test
  void shouldGoOnWhenTheFileCouldNotBeOpenedAtFirst(JavaProcesses processes) throws Exception {
    var host = new FaultHost(processes, root).start();
    work(host, 4);
    Path copy = root.resolve("copy.db");
    copy(host, copy);
    work(host, 6);
    long formerRuns = host.<Long>read(tx -> EventLog.sequences(tx).runs());

    Path begun = Files.writeString(root.resolve("begun.db"), "the beginning of a copy");
    restore(host, begun);
    host.up().awaitLine("tried again: Cannot open board", LIMIT);
    restore(host, copy);

    host.up().awaitLine("is not the file that was published last", LIMIT);
    assertGoesOn(host, formerRuns);
    assertThat(host.terminate()).isZero();
  }
}
