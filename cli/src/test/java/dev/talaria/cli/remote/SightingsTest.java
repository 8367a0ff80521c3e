package dev.talaria.cli.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.cli.remote.Sightings.Wanted;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.Presence.DispatcherBeat;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class SightingsTest {
  private static final BoardKey BOARD = BoardKey.parse("alpha/default");
  private static final Wanted THE_BOARD = new Wanted(BOARD, false, false);
  private static final Wanted ANY_BOARD = new Wanted(BOARD, true, false);
  private static final long NOW = 1_790_000_000_000L;

  private final Sightings sightings = new Sightings();

  private void saw(String host, long at, boolean farewell, String... slugs) {
    List<BoardKey> boards =
        List.of(slugs).stream().map(slug -> new BoardKey(host, slug)).toList();
    sightings.saw(new DispatcherBeat(host, "i", 0, boards, "1", farewell, 0), at);
  }

  private String whyNot() {
    return sightings.whyNot(THE_BOARD, NOW, ZoneOffset.UTC);
  }

  @Test
  void shouldFindADispatcherThatListsTheBoardUntilItSaysFarewell() {
    assertThat(sightings.served(THE_BOARD)).isEmpty();
    saw("alpha", NOW - 4_000, false, "default", "side");
    assertThat(sightings.served(THE_BOARD)).contains(BOARD);
    saw("alpha", NOW - 2_000, true, "default", "side");
    assertThat(sightings.served(THE_BOARD)).isEmpty();
    saw("alpha", NOW - 3_000, false, "default"); // an older one, read later
    assertThat(sightings.served(THE_BOARD)).isEmpty();
    saw("alpha", NOW, false, "default");
    assertThat(sightings.served(THE_BOARD)).contains(BOARD);
  }

  @Test
  void shouldFindAnyBoardOfAHostTheNamedOneFirst() {
    assertThat(sightings.served(ANY_BOARD)).isEmpty();
    assertThat(sightings.whyNot(ANY_BOARD, NOW, ZoneOffset.UTC))
        .startsWith("No dispatcher serves a board of host 'alpha'");
    saw("beta", NOW, false, "default");
    saw("alpha", NOW - 4_000, false, "side", "aside");
    assertThat(sightings.served(THE_BOARD)).isEmpty();
    assertThat(sightings.served(ANY_BOARD)).contains(BoardKey.parse("alpha/side"));
    saw("alpha", NOW, false, "side", "default");
    assertThat(sightings.served(ANY_BOARD)).contains(BOARD);
  }

  @Test
  void shouldKnowABoardWhoseDispatcherIsSilentOrStopped() {
    saw("alpha", NOW - 3_600_000, true, "default");

    assertThat(sightings.served(THE_BOARD)).isEmpty();
    assertThat(sightings.known(THE_BOARD)).contains(BOARD);
    assertThat(sightings.known(new Wanted(BoardKey.parse("alpha/side"), false, true)))
        .isEmpty();
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
