package dev.talaria.streams;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.DeadLetter;
import dev.talaria.protocol.message.Decision;
import dev.talaria.protocol.message.FleetTable;
import dev.talaria.protocol.message.Incident;
import dev.talaria.protocol.policy.Burn;
import dev.talaria.protocol.policy.UsedUp;
import dev.talaria.protocol.policy.Verdict.Action;
import dev.talaria.service.metrics.Meters;
import dev.talaria.streams.IncidentFold.ProbeResult;
import dev.talaria.streams.IncidentGauges.Place;
import io.micrometer.core.instrument.Counter;
import java.util.Collection;
import java.util.Locale;

/** Counts what the topology does. Thread-safe. */
public final class DecisionMeters implements DecisionListener {
  private static final String DEFAULT_MODEL = "default";

  private final Meters meters;
  private final IncidentGauges incidents;
  private final BurnLabels labels = new BurnLabels();
  private final FleetGauges fleet;

  /** All counters are there from the start, so that the first decision of a kind shows as an increase. */
  public DecisionMeters(Meters meters) {
    this.meters = meters;
    this.incidents = new IncidentGauges(meters);
    this.fleet = new FleetGauges(meters);
    for (Action action : Action.values()) {
      meters.counter(TopologyMeter.DECISIONS, tag(action));
    }
    meters.counter(TopologyMeter.MALFORMED);
  }

  @Override
  public void decided(Decision decision) {
    meters.counter(TopologyMeter.DECISIONS, tag(decision.verdict().action())).increment();
    UsedUp bound = decision.verdict().budget();
    if (bound != null) {
      String scope = bound.scope().name().toLowerCase(Locale.ROOT);
      String lane = bound.lane() == null ? "" : bound.lane();
      meters
          .counter(TopologyMeter.BUDGET_BLOCKS, labels.of(decision.run().board(), lane, scope))
          .increment();
    }
  }

  @Override
  public void spent(BoardKey board, String lane, String model, Burn burn) {
    String[] tags = labels.of(board, lane, model.isEmpty() ? DEFAULT_MODEL : model);
    meters.counter(TopologyMeter.BURN_ATTEMPTS, tags).increment(burn.attempts());
    meters.counter(TopologyMeter.BURN_SECONDS, tags).increment(burn.seconds());
    meters.counter(TopologyMeter.BURN_COST, tags).increment(burn.cost());
  }

  @Override
  public void malformed(DeadLetter letter) {
    meters.counter(TopologyMeter.MALFORMED).increment();
  }

  @Override
  public void incidentOpened(Incident incident) {
    Place place = incidents.place(incident);
    meters.counter(TopologyMeter.INCIDENTS_OPENED, place.board(), place.lane()).increment();
    for (ProbeResult result : ProbeResult.values()) {
      probes(place, result);
    }
  }

  @Override
  public void incidentProbe(Incident incident, ProbeResult result) {
    Place place = incidents.place(incident);
    probes(place, result).increment();
  }

  private Counter probes(Place place, ProbeResult result) {
    String word = result.name().toLowerCase(Locale.ROOT);
    return meters.counter(TopologyMeter.INCIDENT_PROBES, place.board(), place.lane(), word);
  }

  @Override
  public void incidents(String part, Collection<Incident> open) {
    incidents.now(part, open);
  }

  @Override
  public void counted(FleetTable.OfBoard table) {
    fleet.set(table);
  }

  @Override
  public void released(BoardKey board) {
    fleet.remove(board);
  }

  private static String tag(Action action) {
    return action.name().toLowerCase(Locale.ROOT);
  }
}
