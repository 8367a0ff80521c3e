package dev.talaria.dispatcher.verb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.TaskIds;
import dev.talaria.dispatcher.apply.Turn;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.CallerKey;
import dev.talaria.protocol.message.BoardCommand.Verb;
import dev.talaria.protocol.message.Reply;
import dev.talaria.protocol.message.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemoteVerbsTest {
  private static final BoardKey KEY = new BoardKey("alpha", "default");
  private static final int UNKNOWN = 75;

  @TempDir
  Path directory;

  private final List<Reply> sent = new CopyOnWriteArrayList<>();
  private Board board;

  @BeforeEach
  void open() {
    board = Board.openOrCreate(
        directory.resolve("kanban.db"),
        new BoardOptions(InstantSource.system(), TaskIds.random(new Random(1))));
  }

  @AfterEach
  void close() {
    board.close();
  }

  private static Verb reclaim() {
    return new Verb(
        "beta/cli/1",
        CallerKey.parse("beta/cli/one"),
        List.of("reclaim", "t_1"),
        "anna",
        Map.of(),
        false,
        80,
        false,
        "UTC",
        Long.MAX_VALUE);
  }

  private static final class Acts implements VerbRunner {
    @Override
    public Plan plan(List<String> arguments) {
      return Plan.of(Way.ACTS);
    }

    @Override
    public VerbOutcome run(BoardKey key, Board open, Verb verb) {
      throw new IllegalStateException("no board is ever opened for it");
    }
  }

  private void apply(RemoteVerbs verbs, Verb verb) {
    var turn = new Turn(true);
    board.change(tx -> verbs.apply(tx, turn, verb));
    sent.addAll(turn.replies());
    turn.afterwards().forEach(Runnable::run);
  }

  @Test
  void shouldAnswerAnActThatCouldNotBeDoneAndWhoAsksAgainToo() {
    var aside = new VerbsAside(
        KEY,
        () -> {
          throw new UncheckedIOException(new IOException("too many open files"));
        },
        sent::addAll,
        InstantSource.system());
    try (var verbs = new RemoteVerbs(KEY, new Acts(), aside, new Wire())) {
      apply(verbs, reclaim());
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> !sent.isEmpty() && !aside.isUnderWay(reclaim().commandId()));
      assertThat(sent)
          .singleElement()
          .isInstanceOfSatisfying(
              Reply.VerbDone.class, done -> assertThat(done.err()).contains("too many open files"));
      sent.clear();

      apply(verbs, reclaim());

      assertThat(sent).singleElement().isInstanceOfSatisfying(Reply.VerbDone.class, done -> {
        assertThat(done.exit()).isEqualTo(UNKNOWN);
        assertThat(done.err()).contains("was begun, and its end was not noted");
      });
    }
  }
}
