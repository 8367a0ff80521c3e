package dev.talaria.dispatcher.grant;

import dev.talaria.board.context.WorkerContext;
import dev.talaria.board.dispatch.Caps;
import dev.talaria.board.home.ScratchRemoval;
import dev.talaria.board.waiting.WaitingCounts;
import dev.talaria.dispatcher.BoardFile;
import dev.talaria.dispatcher.DispatchSettings;
import dev.talaria.dispatcher.apply.ApplyListener;
import dev.talaria.dispatcher.duty.DutySettings;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.policy.RetryPolicy;
import dev.talaria.protocol.policy.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
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
    var duties = new DutySettings(
        Caps.NONE, "", profile -> false, 0, 0, slug -> null, new ScratchRemoval(List.of()));
    return new DispatchSettings(
        board.host(),
        board.host(),
        Duration.ofMinutes(15),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        Map.of(),
        8,
        24,
        1,
        RetryPolicy.DEFAULT,
        "t",
        duties);
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
