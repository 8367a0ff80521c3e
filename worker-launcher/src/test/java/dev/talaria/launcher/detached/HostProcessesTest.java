package dev.talaria.launcher.detached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.dispatch.Processes.Stopped;
import dev.talaria.board.dispatch.RunningWork;
import dev.talaria.board.dispatch.WorkerEnd;
import dev.talaria.launcher.process.ProcessTable;
import dev.talaria.protocol.id.BoardKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes of this host, as the board knows them: by an id alone. */
class HostProcessesTest {
  @TempDir
  Path logs;

  private HostProcesses processes;
  private Process process;

  @BeforeEach
  void look() {
    processes =
        new HostProcesses(new BoardKey("alpha", "default"), null, logs, ProcessTable.ofThisHost());
  }

  @AfterEach
  void end() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  private RunningWork work(long pid, String identity) {
    return new RunningWork("t_1", 7L, "coder", "h:1", 0L, pid, 0, null, null, false, identity);
  }

  private long start(String task) throws IOException {
    var builder = new ProcessBuilder("sleep", "600");
    builder.environment().put("HERMES_KANBAN_TASK", task);
    process = builder.start();
    return process.pid();
  }

  @Test
  void shouldEndTheWorkerOfTheTask() throws Exception {
    long pid = start("t_1");
    assertThat(processes.isAlive(work(pid, null))).isTrue();
    assertThat(processes.isAlive(work(pid, processes.identity(pid).orElseThrow())))
        .isTrue();

    assertThat(processes.terminate(work(pid, null))).isEqualTo(new Stopped(true, true, false));

    process.waitFor();
    assertThat(processes.isAlive(work(pid, null))).isFalse();
    assertThat(processes.end(work(pid, null))).isEqualTo(new WorkerEnd.Unknown());
  }

  @Test
  void shouldNotTouchAStrangerThatGotTheIdOfADeadWorker() throws Exception {
    long pid = start("t_2");
    assertThat(processes.terminate(work(pid, null)))
        .as("nothing says that it is the worker")
        .isEqualTo(Stopped.UNTOUCHED);
    assertThat(processes.isAlive(work(pid, "1@another boot"))).isFalse();
    assertThat(processes.terminate(work(pid, "1@another boot")))
        .as("the worker is gone")
        .isEqualTo(new Stopped(false, true, false));
    assertThat(process.isAlive()).isTrue();
  }

  @Test
  void shouldReadTheEndOfTheLog() throws Exception {
    assertThat(processes.logTail(work(1, null))).isEmpty();
    Files.writeString(logs.resolve("t_1.log"), "first\nlast words\n");
    assertThat(processes.logTail(work(1, null))).isEqualTo("first\nlast words");
  }
}
