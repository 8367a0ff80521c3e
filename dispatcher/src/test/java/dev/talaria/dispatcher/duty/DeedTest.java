package dev.talaria.dispatcher.duty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.TaskIds;
import dev.talaria.board.schema.BoardFacts;
import dev.talaria.protocol.id.BoardKey;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeedTest {
  @TempDir
  Path directory;

  private static Optional<String> fact(Board board, String name) {
    return board.read(tx -> BoardFacts.get(tx, name));
  }

  @Test
  void shouldUndoADeedThatFailsAndGoOnWithTheOthers() {
    var options = new BoardOptions(InstantSource.system(), TaskIds.random(new Random(1)));
    List<HostWatch.Deed> deeds = List.of(
        tx -> BoardFacts.put(tx, "first", "done"),
        tx -> {
          BoardFacts.put(tx, "second", "half done");
          // a task of hermes's whose name cannot be one on the bus
          new BoardKey("alpha", "default").task("with#hash").run(1);
        },
        tx -> BoardFacts.put(tx, "third", "done"));

    try (Board board = Board.openOrCreate(directory.resolve("kanban.db"), options)) {
      board.change(tx -> deeds.forEach(deed -> deed.alone(tx)));

      assertThat(fact(board, "first")).contains("done");
      assertThat(fact(board, "second")).isEmpty();
      assertThat(fact(board, "third")).contains("done");
    }
  }
}
