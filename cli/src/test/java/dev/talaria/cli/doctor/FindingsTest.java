package dev.talaria.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.cli.KernelLocks;
import dev.talaria.cli.dlq.LetterTopic;
import dev.talaria.cli.doctor.Finding.Severity;
import dev.talaria.cli.run.HostLine;
import dev.talaria.cli.run.HostLine.State;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each check makes of what it saw. */
class FindingsTest {
  private static final long NOW = 1_790_000_000_000L;

  @TempDir
  Path home;

  private static LetterTopic.Open letter(long at) {
    return new LetterTopic.Open(9, "talaria.commands-0@4", "not JSON", at);
  }

  @Test
  void shouldWarnBeforeTheShareGroupIsFull() {
    assertThat(ShareGroupCheck.judge("g", 20, 200).severity()).isEqualTo(Severity.FINE);
    assertThat(ShareGroupCheck.judge("g", 180, 200).severity()).isEqualTo(Severity.WARNING);
    assertThat(ShareGroupCheck.judge("g", 200, 200).severity()).isEqualTo(Severity.PROBLEM);
  }

  @Test
  void shouldWarnOfDeadLettersOfTheLastDayOnly() {
    long old = NOW - 25 * 3_600_000L;
    Finding none = DeadLettersCheck.judge("d", List.of(), false, NOW);
    Finding past = DeadLettersCheck.judge("d", List.of(letter(old)), false, NOW);
    Finding fresh =
        DeadLettersCheck.judge("d", List.of(letter(old), letter(NOW - 1), letter(NOW)), true, NOW);

    assertThat(none.severity()).isEqualTo(Severity.FINE);
    assertThat(past.severity()).isEqualTo(Severity.NOTE);
    assertThat(past.text()).startsWith("1 bad record is open, 0 of the last 24 hours");
    assertThat(fresh.severity()).isEqualTo(Severity.WARNING);
    assertThat(fresh.text())
        .startsWith("at least 3 bad records are open, 2 of the last 24 hours")
        .contains("talaria.commands-0@4: not JSON");
  }

  @Test
  void shouldTellALagThatLastsFromOneThatIsUnderWay() {
    assertThat(RelayCheck.lag("b", new RelayCheck.Behind(0, 0)).severity())
        .isEqualTo(Severity.FINE);
    assertThat(RelayCheck.lag("b", new RelayCheck.Behind(5_000, 2)).severity())
        .isEqualTo(Severity.FINE);
    assertThat(RelayCheck.lag("b", new RelayCheck.Behind(1, 60)).severity())
        .isEqualTo(Severity.WARNING);
  }

  @Test
  void shouldNameTheFirstTasksThatStandDifferently() {
    Finding drift = RelayCheck.drift("b", 9, List.of("a", "b", "c", "d"));

    assertThat(drift.severity()).isEqualTo(Severity.WARNING);
    assertThat(drift.text()).contains("4 tasks", "a; b; c").doesNotContain("; d");
    assertThat(RelayCheck.drift("b", 9, List.of()).severity()).isEqualTo(Severity.FINE);
  }

  @Test
  void shouldFindAGatewayOfHermesBesideOurDispatcher() {
    assertThat(BoardFilesCheck.judge("b", List.of(7L), List.of(7L), List.of()).severity())
        .isEqualTo(Severity.FINE);
    assertThat(BoardFilesCheck.judge("b", List.of(7L), List.of(8L), List.of()).text())
        .contains("process 7", "process 8");
    assertThat(
            BoardFilesCheck.judge("b", List.of(7L), List.of(7L), List.of("t_1")).severity())
        .isEqualTo(Severity.WARNING);
    assertThat(BoardFilesCheck.judge("b", List.of(), List.of(8L), List.of()).severity())
        .isEqualTo(Severity.NOTE);
    assertThat(BoardFilesCheck.judge("b", List.of(), List.of(), List.of()).severity())
        .isEqualTo(Severity.NOTE);
  }

  @Test
  void shouldSayWhenTheDiskIsNearlyFull() {
    assertThat(HomeCheck.room("/", 100L << 20).severity()).isEqualTo(Severity.PROBLEM);
    assertThat(HomeCheck.room("/", 1L << 30).severity()).isEqualTo(Severity.FINE);
  }

  @Test
  void shouldFindRunDirectoriesAndSecretsThatOthersMayRead() throws IOException {
    Path runs = Files.createDirectories(home.resolve("talaria/runs"));
    Files.setPosixFilePermissions(runs, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path settings = Files.writeString(home.resolve("talaria.yaml"), "kafka: {}\n");
    Files.setPosixFilePermissions(settings, PosixFilePermissions.fromString("rw-r--r--"));

    assertThat(new HomeCheck(home, true).look())
        .filteredOn(Finding::asksForSomething)
        .extracting(Finding::subject)
        .containsExactly(runs.toString(), settings.toString());

    Files.setPosixFilePermissions(runs, PosixFilePermissions.fromString("rwx------"));
    assertThat(new HomeCheck(home, false).look()).noneMatch(Finding::asksForSomething);
  }

  @Test
  void shouldReadFromTheKernelWhoHoldsALock() throws IOException {
    var locks = new KernelLocks();
    org.junit.jupiter.api.Assumptions.assumeTrue(locks.canTell(), "/proc/locks is not there");
    Path file = home.resolve("board.lock");
    assertThat(locks.holders(file)).isEmpty();
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      assertThat(locks.holders(file)).containsExactly(ProcessHandle.current().pid());
    }
    assertThat(locks.holders(file)).isEmpty();
  }

  @Test
  void shouldTurnACheckThatFailsIntoAFindingAndGoOn() {
    Check broken = new Check() {
      @Override
      public String name() {
        return "broken";
      }

      @Override
      public List<Finding> look() {
        throw new IllegalStateException("out of order");
      }
    };

    List<Doctor.Result> results = Doctor.all(List.of(broken, new HomeCheck(home, false)));

    assertThat(results.get(0).findings().get(0).text()).contains("out of order");
    assertThat(results).hasSize(2);
  }

  private static HostLine service(State state, long heardAt, Long offset, String version) {
    return new HostLine(
        "beta",
        "launcher",
        "main",
        state,
        heardAt,
        4,
        2,
        Map.of("coder", 2),
        List.of(),
        Map.of("painter", "its command 'paint' is not there"),
        Map.of(),
        version,
        offset,
        List.of());
  }

  @Test
  void shouldWarnOfSilenceFaultsAndClocksOfTheFleet() {
    List<Finding> findings = FleetCheck.judge(
        List.of(
            service(State.UP, NOW, 5_000L, "1.0"),
            service(State.SILENT, NOW - 45_000, null, "1.0"),
            service(State.GONE, NOW - 900_000, null, "0.9"),
            service(State.LEFT, NOW - 900_000, null, "0.9")),
        NOW);

    assertThat(findings)
        .filteredOn(Finding::asksForSomething)
        .extracting(Finding::text)
        .containsExactly(
            "its clock is off by +5.0s against the broker's",
            "does not serve lane 'painter': its command 'paint' is not there",
            "has not been heard of for 45 s");
    assertThat(findings).noneMatch(it -> it.subject().equals("versions"));
  }

  @Test
  void shouldNoteThatAnUpgradeIsUnderWay() {
    assertThat(FleetCheck.judge(
            List.of(service(State.UP, NOW, 0L, "1.0"), service(State.UP, NOW, 0L, "1.1")), NOW))
        .anyMatch(it -> it.subject().equals("versions") && it.text().contains("1.0, 1.1"));
  }
}
