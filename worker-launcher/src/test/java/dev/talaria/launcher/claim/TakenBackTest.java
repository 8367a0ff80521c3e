package dev.talaria.launcher.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.launcher.process.StopReason;
import dev.talaria.launcher.rundir.RunDirectories;
import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.launcher.rundir.SpawnRecord;
import dev.talaria.launcher.rundir.StartEntry;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.Reply.Revoke;
import dev.talaria.protocol.message.Reply.Stop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a run that its board has taken back, whatever it was about to do. Real run directories. */
class TakenBackTest {
  private static final LauncherKey BETA = new LauncherKey("beta", "main");
  private static final RunKey RUN =
      new BoardKey("alpha", "default").task("t_0000000a").run(7);

  @TempDir
  Path root;

  private RunDirectories directories;
  private TakenBack takenBack;
  private final Told told = new Told();

  /** A launcher that notes what it is asked to do. */
  private static final class Told implements TakenBack.Runs {
    final List<String> words = new ArrayList<>();
    RunDirectory held;
    boolean starting;
    boolean supervised;

    @Override
    public boolean isBeingStarted(RunKey run) {
      return starting;
    }

    @Override
    public Optional<RunDirectory> unsettled(RunKey run) {
      return Optional.ofNullable(held);
    }

    @Override
    public boolean stop(RunKey run, StopReason reason) {
      if (supervised) {
        words.add("stop " + reason);
      }
      return supervised;
    }

    @Override
    public void neverStarted(RunKey run, String reason) {
      words.add("never started: " + reason);
    }

    @Override
    public void startedAgain(RunDirectory directory) {
      words.add("started");
    }
  }

  @BeforeEach
  void open() throws IOException {
    directories = RunDirectories.open(root.resolve("runs"));
    takenBack = new TakenBack(directories, told);
  }

  private RunDirectory granted() throws IOException {
    told.held = directories.create(RUN, new byte[] {1}).orElseThrow();
    return told.held;
  }

  /** As its shim does. */
  private static void start(RunDirectory directory) throws IOException {
    Files.createFile(directory.path().resolve("start"));
  }

  private static Stop stop(String reason) {
    return new Stop(BETA, RUN, reason);
  }

  private static Revoke revoke(String reason) {
    return new Revoke(BETA, 1, RUN, reason);
  }

  @Test
  void shouldStopTheWorkerAndSayWhyInItsLogOnce() throws IOException {
    Path log = root.resolve("worker.log");
    Files.writeString(log, "its own words\n");
    granted()
        .prepare(
            new SpawnRecord(null, root.toString(), log.toString(), 0, null, 0, null, null),
            "exec true\n");
    told.supervised = true;

    takenBack.stop(stop("the host was lost"));
    takenBack.stop(stop("the host was lost"));

    assertThat(told.words).containsExactly("stop RUN_CLOSED", "stop RUN_CLOSED");
    assertThat(Files.readAllLines(log))
        .containsExactly("its own words", "talaria: stopping this worker: the host was lost");
  }

  @Test
  void shouldKeepAGrantedRunFromEverStarting() throws IOException {
    RunDirectory directory = granted();

    takenBack.stop(stop("closed"));

    assertThat(directory.startEntry()).isEqualTo(StartEntry.TOMBSTONE);
    assertThat(told.words).containsExactly("never started: closed");
  }

  @Test
  void shouldKeepARunFromStartingWhoseGrantIsStillUnderWay() throws IOException {
    takenBack.stop(stop("closed"));

    assertThat(told.words).containsExactly("never started: closed");
    assertThat(directories.create(RUN, new byte[] {1}))
        .as("a grant that comes now starts nothing")
        .isEmpty();
    assertThat(directories.find(RUN).orElseThrow().acknowledged()).isTrue();
  }

  @Test
  void shouldAnswerForARunThatWasSettledLongAgo() throws IOException {
    RunDirectory directory = granted();
    start(directory);
    directory.acknowledge();
    told.held = null;

    takenBack.stop(stop("closed"));

    assertThat(told.words).containsExactly("never started: it was settled before");
    assertThat(directory.startEntry()).isEqualTo(StartEntry.SHIM);
  }

  @Test
  void shouldDoomARunWhoseGrantIsBeingTakenIn() {
    told.starting = true;

    takenBack.stop(stop("closed"));

    assertThat(told.words).isEmpty();
    assertThat(takenBack.isDoomed(RUN)).isTrue();
    assertThat(takenBack.isDoomed(RUN)).isFalse();
  }

  @Test
  void shouldLeaveTheDecisionWithWhoeverMadeTheEntryStartFirst() throws IOException {
    RunDirectory directory = granted();
    start(directory);

    takenBack.revoke(revoke("it is late"));
    assertThat(told.words).containsExactly("started");

    told.words.clear();
    told.held = null;
    directories.remove(directory);
    RunDirectory fresh = granted();
    takenBack.revoke(revoke("it is late"));
    assertThat(told.words).containsExactly("never started: it is late");
    assertThat(fresh.startEntry()).isEqualTo(StartEntry.TOMBSTONE);
  }

  @Test
  void shouldAnswerForARunThatItNeverGot() {
    takenBack.revoke(revoke("it is late"));

    assertThat(told.words).containsExactly("never started: it is late");
    assertThat(directories.find(RUN)).isPresent();
  }
}
