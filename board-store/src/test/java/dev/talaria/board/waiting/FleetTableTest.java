package dev.talaria.board.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.BoardTest;
import dev.talaria.board.dispatch.Caps;
import dev.talaria.board.waiting.Fleet.DispatcherFact;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a dispatcher that stands as it stood writes that it lives. */
class FleetTableTest extends BoardTest {
  private static final long RENEW = 20;
  private static final Fleet SAME = new Fleet(
      new DispatcherFact("alpha", 7, "1.0", true, true, true, 1, Caps.NONE, null, 1), List.of());

  @Test
  void shouldBeWrittenAnewOnlyAfterAWhile() {
    assertThat(write()).isEqualTo(1);
    fixture.pass(RENEW - 1);
    assertThat(write()).isZero();
    fixture.pass(1);
    assertThat(write()).isEqualTo(1);
  }

  @Test
  void shouldNotLeaveATimeInTheFutureWhereTheClockWasSetBack() {
    write();
    fixture.pass(-3_600);

    assertThat(write()).isEqualTo(1);

    assertThat(fixture.board.read(FleetTable::read).dispatcher().seenAt()).isEqualTo(fixture.now());
  }

  private int write() {
    return fixture.board.write(tx -> FleetTable.write(tx, SAME, RENEW));
  }
}
