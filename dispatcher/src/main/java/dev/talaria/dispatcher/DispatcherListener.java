package dev.talaria.dispatcher;

import dev.talaria.dispatcher.apply.ApplyListener;
import dev.talaria.dispatcher.relay.EventRelay.RelayListener;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.LauncherKey;

/** Everything that a dispatcher has to tell, for metrics. Calls are quick and from any thread. */
public interface DispatcherListener extends ApplyListener, RelayListener {
  void malformed(String topic);

  void unknownKind(String kind);

  void readFromEarliest(String topic);

  /** So many records of a board's partition of a topic are not read yet, those of other boards on it included. */
  default void inboxLag(BoardKey board, String topic, long records) {}

  /** A launcher fell silent without a farewell. */
  default void launcherLost(LauncherKey launcher) {}
}
