package dev.talaria.streams;

import dev.talaria.protocol.message.DeadLetter;
import dev.talaria.protocol.message.Decision;
import dev.talaria.protocol.policy.Verdict.Action;
import dev.talaria.service.metrics.Meters;
import java.util.Locale;

/** Counts what the topology does. Thread-safe. */
public final class DecisionMeters implements DecisionListener {
  private final Meters meters;

  /** All counters are there from the start, so that the first decision of a kind shows as an increase. */
  public DecisionMeters(Meters meters) {
    this.meters = meters;
    for (Action action : Action.values()) {
      meters.counter(TopologyMeter.DECISIONS, tag(action));
    }
    meters.counter(TopologyMeter.MALFORMED);
  }

  @Override
  public void decided(Decision decision) {
    meters.counter(TopologyMeter.DECISIONS, tag(decision.verdict().action())).increment();
  }

  @Override
  public void malformed(DeadLetter letter) {
    meters.counter(TopologyMeter.MALFORMED).increment();
  }

  private static String tag(Action action) {
    return action.name().toLowerCase(Locale.ROOT);
  }
}
