package dev.talaria.cli.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.Presence.DispatcherBeat;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class SightingsTest {
  private static final BoardKey BOARD = BoardKey.parse("alpha/default");
  private static final long NOW = 1_790_000_000_000L;

  private final Sightings sightings = new Sightings();

  private void saw(String host, long at, boolean farewell, String... slugs) {
    List<BoardKey> boards =
        List.of(slugs).stream().map(slug -> new BoardKey(host, slug)).toList();
    sightings.saw(new DispatcherBeat(host, "i", 0, boards, "1", farewell, 0), at);
  }

  private String whyNot() {
    return sightings.whyNot(BOARD, NOW, ZoneOffset.UTC);
  }

  @Test
  void shouldFindADispatcherThatListsTheBoardUntilItSaysFarewell() {
    assertThat(sightings.isServed(BOARD)).isFalse();
    saw("alpha", NOW - 4_000, false, "default", "side");
    assertThat(sightings.isServed(BOARD)).isTrue();
    saw("alpha", NOW - 2_000, true, "default", "side");
    assertThat(sightings.isServed(BOARD)).isFalse();
    saw("alpha", NOW - 3_000, false, "default"); // an older one, read later
    assertThat(sightings.isServed(BOARD)).isFalse();
    saw("alpha", NOW, false, "default");
    assertThat(sightings.isServed(BOARD)).isTrue();
  }

  @Test
  void shouldSayWhichBoardsThereAreAndSinceWhenTheirHostsAreSilent() {
    assertThat(whyNot()).contains("'alpha/default'", "nothing was sent", "was ever seen");
    saw("alpha", NOW - 1_000, false, "side");
    saw("beta", NOW - 3_600_000, false, "default");
    saw("gamma", NOW - 60_000, true, "default");

    assertThat(whyNot().lines())
        .containsExactly(
            "No dispatcher serves board 'alpha/default'; nothing was sent. Known boards:",
            "  alpha/side",
            "  beta/default  (silent since 2026-09-21 13:13:20)",
            "  gamma/default  (its dispatcher was stopped at 2026-09-21 14:12:20)");
  }
}
