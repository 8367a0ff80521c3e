package dev.talaria.launcher.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.launcher.rundir.SpawnRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunClockTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  @TempDir
  Path runs;

  private final AtomicLong nanos = new AtomicLong(1_000 * SECOND);
  private final AtomicLong millis = new AtomicLong(1_750_000_000_000L);
  private RunClock times;

  @BeforeEach
  void open() {
    times = clock("boot");
  }

  @Test
  void shouldNotCountAStopAgainstARun() {
    TimeLimit limit = new TimeLimit(times.active(), Duration.ofSeconds(10));
    pass(5, 5);
    pass(3_600, 3_600);

    assertThat(limit.exceeded(times.tick())).isFalse();
    pass(5, 5);
    assertThat(limit.exceeded(times.tick())).isTrue();
  }

  @Test
  void shouldNotCountSleepAgainstARun() {
    TimeLimit limit = new TimeLimit(times.active(), Duration.ofSeconds(10));
    pass(1, 3_600);

    assertThat(limit.exceeded(times.tick())).isFalse();
  }

  @Test
  void shouldNotCountStopsAndSleepOfBeforeAgainstAnAdoptedRun() {
    SpawnRecord spawn = spawn("boot");
    Instant startedAt = Instant.ofEpochMilli(millis.get());
    pass(4, 4);
    pass(3_600, 3_600); // stopped
    pass(3, 7_200); // asleep

    RunClock next = clock("boot");

    assertThat(next.active() - next.startOf(spawn, startedAt)).isEqualTo(7 * SECOND);
  }

  @Test
  void shouldCountOnlyThePartOfAStopThatARunWentThrough() {
    SpawnRecord spawn = spawn("boot");
    pass(4, 4);
    pass(100, 100);
    SpawnRecord later = spawn("boot");
    pass(2, 2);

    RunClock next = clock("boot");

    assertThat(next.active() - next.startOf(spawn, Instant.EPOCH)).isEqualTo(6 * SECOND);
    assertThat(next.active() - next.startOf(later, Instant.EPOCH)).isEqualTo(2 * SECOND);
  }

  @Test
  void shouldGoByTheWallClockWhereTheMonotonicOneIsAnother() {
    SpawnRecord before = spawn("boot");
    Instant startedAt = Instant.ofEpochMilli(millis.get());
    nanos.set(5 * SECOND);
    millis.addAndGet(60_000);

    RunClock next = clock("another boot");

    assertThat(next.active() - next.startOf(before, startedAt)).isEqualTo(60 * SECOND);
    assertThat(runs.resolve(RunClock.FILE)).doesNotExist();
  }

  private RunClock clock(String boot) {
    return new RunClock(runs, boot, nanos::get, () -> Instant.ofEpochMilli(millis.get()));
  }

  private SpawnRecord spawn(String boot) {
    return new SpawnRecord(boot, "/", "/dev/null", 0, 10L, millis.get(), nanos.get(), null);
  }

  private void pass(long monotonicSeconds, long wallSeconds) {
    nanos.addAndGet(monotonicSeconds * SECOND);
    millis.addAndGet(wallSeconds * 1_000);
    times.tick();
  }
}
