package dev.talaria.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.board.schema.BoardFacts;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is durable when. */
class TransactionTest {
  @TempDir
  Path directory;

  private BoardFixture fixture;

  @BeforeEach
  void open() {
    fixture = new BoardFixture(directory);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void shouldUndoAllWhenTheWorkThrows() {
    assertThatThrownBy(() -> fixture.board.change(tx -> {
          BoardFacts.put(tx, "a", "1");
          throw new IllegalArgumentException("boom");
        }))
        .hasMessage("boom");
    assertThat(fact("a")).isEqualTo("none");
  }

  @Test
  void shouldUndoOnlyTheFailedSavepoint() {
    fixture.board.change(tx -> {
      for (String key : new String[] {"a", "b", "c"}) {
        try {
          tx.savepoint(inner -> {
            BoardFacts.put(inner, key, "1");
            if (key.equals("b")) {
              throw new IllegalArgumentException("boom");
            }
            return key;
          });
        } catch (IllegalArgumentException e) {
          BoardFacts.put(tx, "failed", key);
        }
      }
    });
    assertThat(fact("a")).isEqualTo("1");
    assertThat(fact("b")).isEqualTo("none");
    assertThat(fact("c")).isEqualTo("1");
    assertThat(fact("failed")).isEqualTo("b");
  }

  @Test
  void shouldMakeABoardsTransactionsSavepointsOfTheOneThatIsOpen() {
    assertThatThrownBy(() -> fixture.board.change(tx -> {
          tx.<Object>asBoard(board -> board.write(inner -> {
            BoardFacts.put(inner, "a", "1");
            return true;
          }));
          throw new IllegalArgumentException("boom");
        }))
        .hasMessage("boom");
    assertThat(fact("a")).as("durable with the outer one only").isEqualTo("none");

    String seen = fixture.board.write(tx -> tx.<String>asBoard(board -> {
      board.change(inner -> BoardFacts.put(inner, "a", "1"));
      assertThatThrownBy(() -> board.change(inner -> {
            BoardFacts.put(inner, "b", "1");
            throw new IllegalArgumentException("boom");
          }))
          .hasMessage("boom");
      return board.read(inner -> BoardFacts.get(inner, "a").orElseThrow());
    }));
    assertThat(seen).isEqualTo("1");
    assertThat(fact("a")).isEqualTo("1");
    assertThat(fact("b")).as("undone alone").isEqualTo("none");
  }

  @Test
  void shouldRefuseATransactionWithinOneOfABoardThatIsPartOfAnother() {
    fixture.board.change(tx -> tx.<Object>asBoard(board -> {
      assertThatThrownBy(() -> board.change(inner -> board.change(it -> {})))
          .hasMessageContaining("pass its Tx on");
      return true;
    }));
    assertThat(fixture.board.<Boolean>write(tx -> true)).as("usable as ever").isTrue();
  }

  @Test
  void shouldGoOnOnceTheDiskHasRoomAgain() {
    limitPages(1); // no less than there are
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(
              () -> fixture.board.change(tx -> BoardFacts.put(tx, "large", "x".repeat(1_000_000))))
          .isInstanceOf(BoardStoreException.class)
          .hasMessageContaining("full");
    }
    limitPages(1_000_000);
    fixture.board.change(tx -> BoardFacts.put(tx, "large", "y".repeat(1_000_000)));
    assertThat(fact("large")).hasSize(1_000_000);
    shouldUndoAllWhenTheWorkThrows();
  }

  private void limitPages(int most) {
    fixture.board.read(
        tx -> tx.list("PRAGMA max_page_count = " + most, row -> row.number("max_page_count")));
  }

  @Test
  void shouldAskAgainAfterAQueryFailedAtOnce() {
    String insert = "INSERT INTO talaria_meta (key, value) VALUES (?, '1') RETURNING rowid AS n";
    fixture.board.change(tx -> tx.insert(insert, "a"));
    assertThatThrownBy(() -> fixture.board.change(tx -> tx.insert(insert, "a")))
        .hasMessageContaining("UNIQUE");
    fixture.board.change(tx -> tx.insert(insert, "b"));
    assertThat(fact("b")).isEqualTo("1");
  }

  @Test
  void shouldRefuseANestedTransactionAloud() {
    assertThatThrownBy(() -> fixture.board.change(tx -> fixture.board.change(inner -> {})))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("pass its Tx on");
  }

  @Test
  void shouldRefuseATransactionThatHasEnded() {
    AtomicReference<Tx> kept = new AtomicReference<>();
    fixture.board.change(kept::set);
    assertThatThrownBy(() -> BoardFacts.get(kept.get(), "a"))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldSayThatAnotherWriterHoldsTheBoard() {
    var impatient = fixture.board.options().withBusyTimeoutMillis(1);
    try (var other = Board.open(fixture.board.path(), impatient)) {
      fixture.board.change(tx -> assertThatThrownBy(
              () -> other.change(inner -> BoardFacts.put(inner, "a", "1")))
          .isInstanceOf(BoardBusyException.class));
      other.change(tx -> BoardFacts.put(tx, "a", "2"));
    }
    assertThat(fact("a")).isEqualTo("2");
  }

  private String fact(String key) {
    return fixture.board.read(tx -> BoardFacts.get(tx, key)).orElse("none");
  }
}
