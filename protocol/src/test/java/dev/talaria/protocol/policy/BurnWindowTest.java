package dev.talaria.protocol.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.protocol.message.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BurnWindowTest {
  private static final long HOUR = 3_600;
  private static final long NOW = 500_000 * HOUR + 1_800;
  private static final Burn ONE = new Burn(1, 10, 7);

  static LongStream seeds() {
    Long replayed = Long.getLong("talaria.seed");
    return replayed != null ? LongStream.of(replayed) : new Random().longs(100);
  }

  @Test
  void shouldAddUpWhatWasSpentInTheWindowsHours() {
    BurnWindow window = BurnWindow.EMPTY
        .with(NOW - 25 * HOUR, "a", ONE)
        .with(NOW - 23 * HOUR, "a", ONE)
        .with(NOW - 2 * HOUR, "b", ONE)
        .with(NOW, "a", ONE);

    assertThat(window.within(NOW, 24 * HOUR)).isEqualTo(new Burn(3, 30, 21));
    assertThat(window.within(NOW, HOUR)).isEqualTo(new Burn(1, 10, 7));
    assertThat(window.within(NOW, 2 * HOUR)).as("by whole hours").isEqualTo(new Burn(2, 20, 14));
    assertThat(window.within(NOW + 48 * HOUR, 24 * HOUR)).isEqualTo(Burn.NONE);
  }

  @Test
  void shouldKeepTheModelsOfAnHourApartUpToABound() {
    BurnWindow window = BurnWindow.EMPTY;
    for (int i = 0; i < 50; i++) {
      window = window.with(NOW, "model-" + i % 25, ONE);
    }

    assertThat(window.slots()).hasSize(9);
    assertThat(window.slots()).filteredOn(slot -> slot.model().equals("other")).hasSize(1);
    assertThat(window.within(NOW, HOUR).attempts()).isEqualTo(50);
  }

  /** Against a list of all that was spent. */
  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void shouldKnowADayWhateverComes(long seed) {
    record Spent(long at, Burn burn) {}
    var random = new Random(seed);
    var wire = new Wire();
    BurnWindow window = BurnWindow.EMPTY;
    List<Spent> all = new ArrayList<>();
    long at = NOW;
    for (int i = 0; i < 400; i++) {
      at += random.nextInt(20) == 0 ? random.nextInt(90_000) : random.nextInt(900);
      var burn = new Burn(1, random.nextInt(4_000), random.nextInt(9_000_000));
      window = wire.view(
          wire.tree(window.with(at, "model-" + random.nextInt(30), burn)), BurnWindow.class);
      all.add(new Spent(at, burn));

      long asked = HOUR + random.nextInt((int) (23 * HOUR) + 1);
      long first = Math.floorDiv(at - asked, HOUR) * HOUR;
      Burn expected = all.stream()
          .filter(spent -> spent.at() >= first)
          .map(Spent::burn)
          .reduce(Burn.NONE, Burn::plus);
      assertThat(window.within(at, asked))
          .as("-Dtalaria.seed=%d, step %d, window of %d s", seed, i, asked)
          .isEqualTo(expected);
      assertThat(window.slots().size()).as("bounded").isLessThanOrEqualTo(25 * 9);
    }
  }
}
