package dev.talaria.dispatcher.grant;

import dev.talaria.board.context.WorkerContext;
import dev.talaria.board.waiting.WaitingCounts;
import dev.talaria.dispatcher.BoardFile;
import dev.talaria.dispatcher.DispatchSettings;
import dev.talaria.dispatcher.TestSettings;
import dev.talaria.dispatcher.apply.ApplyListener;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.policy.Verdict;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.Map;

/** Grants of a board on its own, by the usual settings. */
final class TestGranting {
  private TestGranting() {}

  static Granting of(BoardKey board, Path directory) {
    var file = new BoardFile(
        board, directory.resolve("b.db"), directory, directory.resolve("w"), directory, true);
    return new Granting(
        file, settings(board), new WorkerContext(ZoneOffset.UTC, Map.of()), listener());
  }

  static DispatchSettings settings(BoardKey board) {
    return TestSettings.of(board.host(), file -> {
      throw new AssertionError("no worker runs here");
    });
  }

  /** Nobody counts here. */
  static ApplyListener listener() {
    return new ApplyListener() {
      @Override
      public void stale(RunKey run, String what) {}

      @Override
      public void runEnded(BoardKey board, String outcome) {}

      @Override
      public void granted(BoardKey board, int runs) {}

      @Override
      public void waiting(BoardKey board, Map<WaitingCounts.Key, Long> counts) {}

      @Override
      public void decided(BoardKey board, String by, Verdict.Action action) {}
    };
  }
}
