package dev.talaria.cli.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.Presence.DispatcherBeat;
import dev.talaria.protocol.message.Transition;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BoardFeedTest {
  private static final BoardKey BOARD = BoardKey.parse("alpha/default");
  private static final BoardKey OTHER = BoardKey.parse("alpha/side");

  private final BoardFeed feed = new BoardFeed(BOARD, nanos(0));

  private static long nanos(long seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }

  private static Transition event(BoardKey board, long id, boolean backfill) {
    return new Transition(
        board, 1, id, "t_1", null, "created", 1, null, null, null, backfill ? true : null);
  }

  private void beat(BoardKey board, boolean farewell, long second) {
    feed.heard(
        new DispatcherBeat(board.host(), "i", 0, List.of(board), "1", farewell, 0), nanos(second));
  }

  @Test
  void shouldPassOnWhatHappensOnItsBoardOnce() {
    feed.read(event(BOARD, 1, true));
    feed.read(event(OTHER, 2, false));
    feed.read(event(BOARD, 3, false));
    feed.read(event(BOARD, 4, false));

    assertThat(feed.take()).extracting(Transition::event).containsExactly(3L, 4L);
    assertThat(feed.take()).isEmpty();
  }

  @Test
  void shouldSayOnceThatTheBoardIsSilentAndOnceThatItIsHeardAgain() {
    beat(BOARD, false, 2);
    assertThat(feed.news(nanos(17))).isEmpty();
    beat(OTHER, false, 17);
    assertThat(feed.news(nanos(18))).get().asString().contains("for 15 s", "Kafka");
    assertThat(feed.news(nanos(60))).isEmpty();
    beat(BOARD, false, 61);
    assertThat(feed.news(nanos(61))).get().asString().contains("heard again");
    beat(BOARD, true, 62);
    assertThat(feed.news(nanos(62))).get().asString().contains("was stopped");
    beat(BOARD, false, 63);
    assertThat(feed.news(nanos(63))).isPresent();
    assertThat(feed.news(nanos(64))).isEmpty();
  }
}
