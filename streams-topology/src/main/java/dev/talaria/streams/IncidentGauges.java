package dev.talaria.streams;

import dev.talaria.protocol.message.Incident;
import dev.talaria.service.metrics.Meters;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * How many incidents are open, and how many lanes they pause, as the parts of the topology that run here know it. Gauges stay
 * once they are there, and go to zero. Thread-safe.
 */
final class IncidentGauges {
  /** Boards and lanes beyond these are counted together: a label has a bounded number of values. */
  private static final int MOST_PLACES = 1_000;

  private static final Place OTHER = new Place("other", "other");

  private final Meters meters;
  private final Map<String, List<Incident>> open = new ConcurrentHashMap<>();
  private final Set<Place> places = ConcurrentHashMap.newKeySet();

  IncidentGauges(Meters meters) {
    this.meters = meters;
  }

  /** Where an incident is. */
  record Place(String board, String lane) {}

  /** As the meters name it. */
  Place place(Incident incident) {
    Place place = new Place(incident.board().toString(), incident.lane());
    return places.contains(place) || places.size() < MOST_PLACES ? place : OTHER;
  }

  /** The open incidents of a part of the topology, which may have moved elsewhere since. */
  void now(String part, Collection<Incident> all) {
    open.put(part, List.copyOf(all));
    for (Incident incident : all) {
      Place place = place(incident);
      if (places.add(place)) {
        meters.gauge(
            TopologyMeter.INCIDENTS_OPEN,
            () -> here().filter(it -> place(it).equals(place)).count(),
            place.board(),
            place.lane());
        // asked for again for each lane of a board, and registered once
        meters.gauge(TopologyMeter.LANES_PAUSED, () -> paused(place.board()), place.board());
      }
    }
  }

  private Stream<Incident> here() {
    return open.values().stream().flatMap(List::stream);
  }

  private long paused(String board) {
    return here()
        .filter(Incident::paused)
        .map(this::place)
        .filter(place -> place.board().equals(board))
        .distinct()
        .count();
  }
}
