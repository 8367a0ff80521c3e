package dev.talaria.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TickAbsencesTest {
  private static final long LEASE = 900;

  private long nanos = -7;
  private long millis = 1_000_000_000L;
  private final TickAbsences absences = new TickAbsences(LEASE, nanos, millis);

  @Test
  void shouldTakeOffWhatItsHostSleptWhileItWaited() {
    waitSeconds(60);
    assertThat(absences.absences().past()).as("waiting is no absence").isEmpty();
    long before = millis / 1_000;
    pass(0, 3_600);

    absences.waited(nanos, millis);

    assertThat(absences.absences().between(before, millis / 1_000)).isEqualTo(3_600);
    waitSeconds(60);
    assertThat(absences.absences().past()).hasSize(1);
  }

  @Test
  void shouldTakeOffWhatItWasStoppedForWhileItWaited() {
    long before = millis / 1_000;
    pass(40, 40);

    absences.waited(nanos, millis);

    assertThat(absences.absences().between(before, millis / 1_000)).isEqualTo(40);
  }

  @Test
  void shouldNotTakeALongTickForAnAbsenceButForWhatWasSleptInIt() {
    pass(30, 30);
    absences.worked(nanos, millis);
    assertThat(absences.absences().past()).isEmpty();
    long before = millis / 1_000;
    pass(30, 630);

    absences.worked(nanos, millis);

    assertThat(absences.absences().between(before, millis / 1_000)).isBetween(600L, 601L);
  }

  @Test
  void shouldNotTakeAClockThatIsSetBackForAnAbsence() {
    pass(1, -3_600);

    absences.waited(nanos, millis);

    assertThat(absences.absences().past()).isEmpty();
  }

  private void waitSeconds(int seconds) {
    for (int i = 0; i < seconds; i++) {
      pass(1, 1);
      absences.waited(nanos, millis);
    }
  }

  private void pass(long monotonicSeconds, long wallSeconds) {
    nanos += TimeUnit.SECONDS.toNanos(monotonicSeconds);
    millis += TimeUnit.SECONDS.toMillis(wallSeconds);
  }
}
