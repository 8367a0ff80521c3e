package dev.talaria.dispatcher.inbox;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.Incident;
import java.util.List;
import java.util.OptionalLong;

/** A board, as the control reader sees it. Thread-safe. */
public interface BoardInbox {
  BoardKey key();

  /**
   * From where this board wants a partition read: the first offset that it has not taken in. Empty where the board knows
   * nothing of the partition, or knew another topic of that name: then from the earliest record on, and said aloud.
   */
  OptionalLong nextOffset(BoardInput.Source source);

  /** All incidents of this board that are open now. */
  void incidents(List<Incident> open);

  /** Hands records over, in order. Does not wait for their effects. */
  void deliver(List<BoardInput> inputs);
}
