package dev.talaria.dispatcher;

import dev.talaria.board.waiting.WaitingCounts;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.policy.Verdict;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a dispatcher told, as short lines. */
final class Deeds implements DispatcherListener {
  /** What the last look counted. */
  volatile Map<WaitingCounts.Key, Long> waiting = Map.of();

  final List<String> all = new CopyOnWriteArrayList<>();

  boolean told(String line) {
    return all.contains(line);
  }

  @Override
  public void malformed(String topic) {
    all.add("malformed " + topic);
  }

  @Override
  public void unknownKind(String kind) {
    all.add("unknown " + kind);
  }

  @Override
  public void readFromEarliest(String topic) {
    all.add("earliest " + topic);
  }

  @Override
  public void stale(RunKey run, String what) {
    all.add("stale " + what);
  }

  @Override
  public void runEnded(BoardKey board, String outcome) {
    all.add("ended " + outcome);
  }

  @Override
  public void granted(BoardKey board, int runs) {
    all.add("granted");
  }

  @Override
  public void waiting(BoardKey board, Map<WaitingCounts.Key, Long> counts) {
    waiting = Map.copyOf(counts);
  }

  @Override
  public void decided(BoardKey board, String by, Verdict.Action action) {
    all.add("decided " + by + " " + action);
  }

  @Override
  public void relayed(BoardKey board, int events, long lagSeconds) {}

  @Override
  public void relayFailed(BoardKey board) {
    all.add("relay failed");
  }

  @Override
  public void deadLettered(BoardKey board) {
    all.add("dead letter");
  }

  @Override
  public void lineageStarted(BoardKey board) {
    all.add("lineage");
  }

  @Override
  public void topicReplaced(BoardKey board) {
    all.add("topic replaced");
  }
}
