package dev.talaria.dispatcher;

import dev.talaria.dispatcher.apply.ApplyListener;
import dev.talaria.dispatcher.relay.EventRelay.RelayListener;

/** Everything that a dispatcher has to tell, for metrics. Calls are quick and from any thread. */
public interface DispatcherListener extends ApplyListener, RelayListener {
  void malformed(String topic);

  void unknownKind(String kind);

  void readFromEarliest(String topic);
}
