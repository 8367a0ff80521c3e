package dev.talaria.streams;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.DeadLetter;
import dev.talaria.protocol.message.Decision;
import dev.talaria.protocol.message.FleetTable;
import dev.talaria.protocol.message.Incident;
import dev.talaria.protocol.policy.Burn;
import java.util.Collection;

/**
 * Hears what the topology does, for metrics and logs. Called on the stream thread before the record is committed: what a
 * crash makes it do again is heard again. Calls must be quick and must not throw.
 */
public interface DecisionListener {
  /** Hears nothing. */
  DecisionListener NONE = new DecisionListener() {};

  /** A decision was made: {@code talaria.decisions{action}}. */
  default void decided(Decision decision) {}

  /** A table of a board has changed. */
  default void counted(FleetTable.OfBoard table) {}

  /** The board is not counted here any longer. */
  default void released(BoardKey board) {}

  /**
   * A run failed and cost something: {@code talaria.burn.*{board,lane,model}}.
   *
   * @param lane empty if unknown
   * @param model empty for the profile's default
   */
  default void spent(BoardKey board, String lane, String model, Burn burn) {}

  /** A transition could not be read or judged: {@code talaria.topology.malformed}. */
  default void malformed(DeadLetter letter) {}

  /** An incident began: {@code talaria.incidents.opened{board,lane}}. */
  default void incidentOpened(Incident incident) {}

  /** What became of a probe: {@code talaria.incident.probes{board,lane,result}}. */
  default void incidentProbe(Incident incident, IncidentFold.ProbeResult result) {}

  /**
   * The open incidents: {@code talaria.incidents.open{board,lane}}, {@code talaria.lanes.paused{board}}.
   *
   * @param part of the topology that has these, and no other
   */
  default void incidents(String part, Collection<Incident> open) {}
}
