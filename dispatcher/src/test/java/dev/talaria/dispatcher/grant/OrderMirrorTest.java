package dev.talaria.dispatcher.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.TaskIds;
import dev.talaria.board.order.OrderFile;
import dev.talaria.board.order.Pauses;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.StandingOrder;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrderMirrorTest {
  private static final StandingOrder ALL = new StandingOrder(
      StandingOrder.Act.PAUSE, StandingOrder.Scope.ALL, null, "anna", "audit", 1, null);

  @TempDir
  Path directory;

  private Board board;
  private OrderFile file;
  private OrderMirror mirror;

  @BeforeEach
  void open() {
    board = Board.openOrCreate(
        directory.resolve("kanban.db"),
        new BoardOptions(InstantSource.system(), TaskIds.random(new Random(1))));
    file = new OrderFile(directory.resolve("talaria"));
    mirror = new OrderMirror(new BoardKey("alpha", "default"), file);
    copy();
  }

  @AfterEach
  void close() {
    board.close();
  }

  private void copy() {
    board.change(mirror::copy);
    mirror.settle(true);
  }

  private List<StandingOrder> onBoard() {
    return board.read(Pauses::all);
  }

  @Test
  void shouldCopyAgainWhatWasUndoneWithItsTransaction() {
    file.change(book -> book.give(ALL, true));

    assertThatThrownBy(() -> board.change(tx -> {
          mirror.copy(tx);
          throw new IllegalStateException("something else of the same turn");
        }))
        .hasMessage("something else of the same turn");
    mirror.settle(false);

    assertThat(onBoard()).isEmpty();
    assertThat(mirror.isBehind()).isTrue();
    copy();
    assertThat(onBoard()).containsExactly(ALL);
    assertThat(mirror.isBehind()).isFalse();
  }

  @Test
  void shouldNotCopyAgainForTurnsThatHadNothingToCopy() {
    board.change(mirror::copy);
    mirror.settle(false);

    assertThat(mirror.isBehind()).isFalse();
  }
}
