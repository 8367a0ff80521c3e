package dev.talaria.cli.policy;

import dev.talaria.board.dispatch.Caps;
import dev.talaria.board.home.ScratchRemoval;
import dev.talaria.board.waiting.WaitingCounts;
import dev.talaria.dispatcher.DispatchSettings;
import dev.talaria.dispatcher.apply.ApplyListener;
import dev.talaria.dispatcher.duty.DutySettings;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.policy.RetryPolicy;
import dev.talaria.protocol.policy.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What the dispatcher's classes that judge runs need, where no worker runs and nobody counts. */
public final class JudgingSettings {
  private JudgingSettings() {}

  /** The usual settings of the host {@code alpha}, with this policy; scratch workspaces are removed below these roots. */
  public static DispatchSettings of(RetryPolicy policy, Path... scratch) {
    return new DispatchSettings(
        "alpha",
        "alpha",
        Duration.ofMinutes(15),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        Map.of(),
        8,
        24,
        1,
        policy,
        "test",
        new DutySettings(
            Caps.NONE,
            "",
            profile -> false,
            0,
            0,
            file -> {
              throw new AssertionError("no worker runs here");
            },
            new ScratchRemoval(List.of(scratch))));
  }

  /** Hears all and does nothing. */
  public static ApplyListener nobody() {
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
