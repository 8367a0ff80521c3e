package dev.talaria.dispatcher.apply;

import dev.talaria.board.waiting.WaitingCounts;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.policy.Verdict;
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
}
