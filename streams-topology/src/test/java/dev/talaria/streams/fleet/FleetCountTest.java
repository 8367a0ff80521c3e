package dev.talaria.streams.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.FleetTable.Behind;
import dev.talaria.protocol.message.FleetTable.OfBoard;
import dev.talaria.protocol.message.FleetTable.OfStatus;
import dev.talaria.protocol.message.FleetTable.Statuses;
import dev.talaria.protocol.message.FleetTable.Stranded;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** The count of large boards: what is bounded, and what it says then. */
class FleetCountTest {
  private static final BoardKey BOARD = BoardKey.parse("alpha/default");
  private static final int MANY = 10_000;

  /** What a stream thread may be held up at most, on a machine with other work, too. */
  private static final Duration HELD_UP = Duration.ofSeconds(1);

  private final Wire wire = new Wire();
  private final FleetCount count = new FleetCount(Duration.ofDays(1));
  private long event;

  private Transition created(String task, String status, List<String> parents) {
    return created(BOARD, task, "coder", status, parents);
  }

  private Transition created(
      BoardKey board, String task, String lane, String status, List<String> parents) {
    var columns = wire.object().put("status", status).put("assignee", lane);
    var above = wire.mapper().createArrayNode();
    parents.forEach(above::add);
    var image = new Transition.Image(columns, null, above, null);
    return new Transition(
        board, 1, ++event, task, null, "created", 1_000, status, null, image, null);
  }

  private void take(Transition transition) {
    count.take(null, transition, 0);
  }

  private Stranded stranded() {
    long began = System.nanoTime();
    List<OfBoard> changes = count.changes(0);
    var took = Duration.ofNanos(System.nanoTime() - began);
    assertThat(took).as("so long records wait").isLessThan(HELD_UP);
    return changes.stream()
        .filter(Stranded.class::isInstance)
        .map(Stranded.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private void board(int blocked, IntFunction<List<String>> parents) {
    for (int i = 0; i < blocked; i++) {
      take(created("b" + i, "blocked", List.of()));
    }
    for (int i = 0; i < MANY; i++) {
      take(created("t" + i, "todo", parents.apply(i)));
    }
  }

  @Test
  void shouldFollowAChainToItsEnd() {
    board(1, i -> List.of(i == 0 ? "b0" : "t" + (i - 1)));

    Stranded found = stranded();

    assertThat(found.tasks()).isEqualTo(MANY);
    assertThat(found.depth()).isEqualTo(MANY);
    assertThat(found.worst())
        .containsExactly(new Behind("b0", "coder", false, 1_000, MANY, MANY, null));
    assertThat(found.atLeast()).isNull();
  }

  @Test
  void shouldCountAFan() {
    board(1, i -> List.of("b0"));

    Stranded found = stranded();

    assertThat(found.tasks()).isEqualTo(MANY);
    assertThat(found.depth()).isEqualTo(1);
  }

  @Test
  void shouldSayThatManyBlockedTasksAboveALongChainWereNotAllFollowed() {
    List<String> all =
        java.util.stream.IntStream.range(0, 1_000).mapToObj(i -> "b" + i).toList();
    board(1_000, i -> i == 0 ? all : List.of("t" + (i - 1)));

    Stranded found = stranded();

    assertThat(found.tasks()).as("each once, and all").isEqualTo(MANY);
    assertThat(found.depth()).isEqualTo(MANY);
    assertThat(found.worst()).hasSizeBetween(15, Stranding.WORST);
    assertThat(found.atLeast()).isTrue();
  }

  @Test
  void shouldLetBoardsWaitForTheNextTimeBeforeItHoldsRecordsUp() {
    for (int b = 0; b < 30; b++) {
      var board = new BoardKey("alpha", "b" + b);
      take(created(board, "top", "coder", "blocked", List.of()));
      for (int i = 0; i < MANY; i++) {
        take(created(board, "t" + i, "coder", "todo", List.of("top")));
      }
    }

    long first = count.changes(0).stream().filter(Stranded.class::isInstance).count();
    assertThat(first).isBetween(1L, 29L);
    long all = first;
    for (int i = 0; i < 10; i++) {
      all += count.changes(0).stream().filter(Stranded.class::isInstance).count();
    }
    assertThat(all).isEqualTo(30);
  }

  @Test
  void shouldCountTheLanesAfterTheFirstHundredTogether() {
    for (int i = 0; i < 150; i++) {
      take(created(BOARD, "t" + i, "lane" + i, "ready", List.of()));
    }

    Statuses table = (Statuses) count.changes(0).get(0);

    assertThat(table.rows()).hasSize(101);
    assertThat(table.rows())
        .filteredOn(row -> row.lane().equals("other"))
        .containsExactly(new OfStatus("other", "ready", 50, null, 1_000, 1_000));
  }
}
