package dev.talaria.dispatcher.apply;

import dev.talaria.board.waiting.WaitingCounts;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.policy.Verdict;
import java.time.Duration;
import java.util.Map;

/** What a board's owner has to tell, for metrics and logs; calls are quick. */
public interface ApplyListener {
  /** A report spoke for a run that is no longer current; nothing changed. */
  void stale(RunKey run, String what);

  void runEnded(BoardKey board, String outcome);

  void granted(BoardKey board, int runs);

  /** How many tasks wait, by lane and reason; told at every look, some seconds apart. */
  void waiting(BoardKey board, Map<WaitingCounts.Key, Long> counts);

  void decided(BoardKey board, String by, Verdict.Action action);

  /** A worker started, so long after its task was ready. */
  default void dispatched(RunKey run, String lane, Duration latency) {}

  /** A decision was applied, so long after the run that it judges was closed. */
  default void decisionTook(BoardKey board, String by, Duration latency) {}

  /** Offers were sent. */
  default void offered(BoardKey board, Lane lane, int offers) {}

  /** A claim was answered, with so many runs. */
  default void claimAnswered(BoardKey board, int runs) {}

  /** How the board stands; told at every look, some seconds apart. */
  default void looked(BoardKey board, BoardLook look) {}
}
