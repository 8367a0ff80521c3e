package dev.talaria.dispatcher.apply;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.policy.Verdict;

/** What a board's owner has to tell, for metrics and logs; calls are quick. */
public interface ApplyListener {
  /** A report spoke for a run that is no longer current; nothing changed. */
  void stale(RunKey run, String what);

  void runEnded(BoardKey board, String outcome);

  void granted(BoardKey board, int runs);

  void decided(BoardKey board, String by, Verdict.Action action);
}
