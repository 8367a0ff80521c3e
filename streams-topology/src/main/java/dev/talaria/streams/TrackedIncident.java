package dev.talaria.streams;

import dev.talaria.protocol.message.Incident;
import dev.talaria.protocol.policy.RetryPolicy.Systemic;

/**
 * What the store {@code incidents} keeps of an incident.
 *
 * @param incident as it is on the topic
 * @param windowKey of its failures in the store {@code recent-failures}
 * @param heardAt epoch milliseconds, by the topology's clock, of the last that happened to it
 * @param quietSeconds after which it is over, by the policy of its last failure
 * @param firstProbeSeconds until its first probe, by the same
 * @param lineage of the last event about its probes that was taken in
 * @param event that event; an older one changes nothing
 */
record TrackedIncident(
    Incident incident,
    String windowKey,
    long heardAt,
    long quietSeconds,
    long firstProbeSeconds,
    long lineage,
    long event) {

  TrackedIncident with(Incident later, long heard) {
    return new TrackedIncident(
        later, windowKey, heard, quietSeconds, firstProbeSeconds, lineage, event);
  }

  TrackedIncident governedBy(Systemic policy) {
    return new TrackedIncident(
        incident,
        windowKey,
        heardAt,
        policy.quietSeconds(),
        policy.firstProbeSeconds(),
        lineage,
        event);
  }

  TrackedIncident seen(long eventLineage, long eventId) {
    return new TrackedIncident(
        incident, windowKey, heardAt, quietSeconds, firstProbeSeconds, eventLineage, eventId);
  }

  boolean isNewer(long eventLineage, long eventId) {
    return eventLineage > lineage || eventLineage == lineage && eventId > event;
  }

  /** Seconds until the next probe. */
  long probeDelay() {
    return Systemic.probeDelay(firstProbeSeconds, incident.failedProbes());
  }
}
