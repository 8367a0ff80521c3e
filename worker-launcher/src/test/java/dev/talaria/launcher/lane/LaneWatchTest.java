package dev.talaria.launcher.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.policy.FailureClass;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaneWatchTest {
  private static final Lane CODER = new Lane("coder");
  private static final Lane WRITER = new Lane("writer");

  @TempDir
  Path bin;

  private final AtomicLong nanos = new AtomicLong();

  @Test
  void shouldServeALaneOnlyWhileItsCommandIsThere() throws Exception {
    LaneWatch watch = watch("agent", List.of());

    assertThat(watch.served()).containsExactly(WRITER);
    assertThat(watch.faults())
        .containsOnlyKeys("coder")
        .hasEntrySatisfying(
            "coder",
            why -> assertThat(why)
                .startsWith("Cannot start 'agent': it is not an executable file on the PATH."));
    assertThat(watch.why(CODER)).contains("'agent'");
    assertThat(watch.why(new Lane("other"))).isEqualTo("this launcher does not serve lane other");

    script("agent", "exit 0");
    watch.lookAtDue();
    assertThat(watch.serves(CODER)).as("not before its pause has passed").isFalse();
    pass(watch, Duration.ofSeconds(1));
    assertThat(watch.served()).containsExactly(CODER, WRITER);
    assertThat(watch.faults()).isEmpty();

    Files.delete(bin.resolve("agent"));
    pass(watch, LaneHealth.BETWEEN_LOOKS);
    assertThat(watch.serves(CODER)).isFalse();
  }

  @Test
  void shouldSayWhatAFailingCheckSaid() throws Exception {
    script("agent", "echo starting; echo 'not logged in' >&2; exit 3");

    LaneWatch watch = watch("agent", List.of("agent", "--check", "me"));

    assertThat(watch.faults())
        .containsEntry("coder", "Its check 'agent --check me' exited with 3: not logged in");
  }

  @Test
  void shouldNotWaitForACheckThatHangs() throws Exception {
    script("agent", "sleep 1000 & sleep 1000");

    LaneWatch watch = watch("agent", List.of("agent"));

    assertThat(watch.faults()).containsEntry("coder", "Its check 'agent' did not end within 1 s.");
  }

  @Test
  void shouldTryAllCommandsOfAStartAtTheSameTime() throws Exception {
    String mine = "touch %1$s/$1; while [ ! -e %1$s/$2 ]; do sleep 0.05; done".formatted(bin);
    script("meet", mine);
    Map<String, String> environment = Map.of("PATH", bin + ":/usr/bin:/bin");
    Duration patience = Duration.ofSeconds(20);

    try (LaneWatch watch = new LaneWatch(Map.of(
        CODER, new LaneProbe("meet", List.of("meet", "coder", "writer"), environment, patience),
        WRITER,
            new LaneProbe("meet", List.of("meet", "writer", "coder"), environment, patience)))) {
      watch.start();

      assertThat(watch.faults()).as("one that waits for the other to end").isEmpty();
      assertThat(watch.served()).containsExactly(CODER, WRITER);
    }
  }

  @Test
  void shouldCountOnlyFaultsOfTheHost() throws Exception {
    script("agent", "exit 0");
    LaneWatch watch = watch("agent", List.of());

    for (int i = 0; i < 5; i++) {
      watch.notStarted(CODER, FailureClass.TASK, "no such branch");
    }
    assertThat(watch.serves(CODER)).isTrue();

    for (int i = 0; i < 3; i++) {
      watch.notStarted(CODER, FailureClass.INFRA, "disk\n full");
    }
    assertThat(watch.faults())
        .containsEntry("coder", "3 workers in a row could not be started here: disk full");
    assertThat(watch.serves(WRITER)).as("the others go on").isTrue();

    pass(watch, LaneHealth.FIRST_PAUSE_ASIDE);
    assertThat(watch.serves(CODER)).isTrue();
  }

  private LaneWatch watch(String program, List<String> check) throws Exception {
    Map<String, String> environment = Map.of("PATH", bin + ":/usr/bin:/bin");
    LaneWatch watch = new LaneWatch(
        Map.of(
            CODER, new LaneProbe(program, check, environment, Duration.ofSeconds(1)),
            WRITER, new LaneProbe("/bin/true", List.of(), environment, Duration.ofSeconds(1))),
        nanos::get);
    watch.lookAtDue();
    return watch;
  }

  private void pass(LaneWatch watch, Duration time) throws Exception {
    nanos.addAndGet(time.toNanos());
    watch.lookAtDue();
  }

  private void script(String name, String text) throws Exception {
    Path file = Files.writeString(bin.resolve(name), "#!/bin/sh\n" + text + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }
}
