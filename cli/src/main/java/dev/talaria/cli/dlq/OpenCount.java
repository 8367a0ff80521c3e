package dev.talaria.cli.dlq;

import dev.talaria.protocol.message.DeadLetter;
import dev.talaria.protocol.message.DeadLetterAct;
import java.util.HashSet;
import java.util.Set;

/** Counts bad records about which nobody has done anything. Beyond a bound no more are told apart. Not thread-safe. */
final class OpenCount implements LetterSink {
  private final int most;
  private final Set<LetterId> open = new HashSet<>();
  private final Set<LetterId> settled = new HashSet<>();

  /** @param most records of each kind that are told apart; a count that reaches it stands for at least as many */
  OpenCount(int most) {
    this.most = most;
  }

  @Override
  public void add(long position, DeadLetter letter) {
    LetterId id = LetterId.of(position, letter);
    if (open.size() < most && !settled.contains(id)) {
      open.add(id);
    }
  }

  @Override
  public void add(DeadLetterAct act) {
    LetterId id = LetterId.of(act);
    open.remove(id);
    if (settled.size() < most) {
      settled.add(id); // letters about it may still come
    }
  }

  int count() {
    return open.size();
  }
}
