package dev.talaria.cli.metrics;

import static dev.talaria.service.metrics.MeterSpec.counter;
import static dev.talaria.service.metrics.MeterSpec.gauge;

import dev.talaria.service.metrics.MeterDoc;
import dev.talaria.service.metrics.MeterSpec;

/** The dispatcher of a host and what it knows of launchers. */
public enum DispatcherMeter implements MeterDoc {
  LAUNCHERS_KNOWN(gauge(
      "talaria.launchers.known",
      "Launchers heard of within the last hour: present, lost (silent for dispatch.lost_after without a farewell) or"
          + " left (said farewell). Every dispatcher of a fleet sees the same ones: take the maximum, not the sum.",
      "state")),
  LAUNCHERS_LOST(counter(
      "talaria.launchers.lost",
      "Times that a launcher fell silent for dispatch.lost_after without a farewell, by its host; its runs then go"
          + " elsewhere. Every dispatcher counts for itself.",
      "host")),
  MALFORMED(counter(
      "talaria.records.malformed",
      "Records that could not be read or sent and were put into dead-letter, by the topic they were on. Should stay at"
          + " zero: the dead letter holds the record and the reason.",
      "topic")),
  DEAD_LETTERS_OPEN(
      gauge(
          "talaria.dead.letters.open",
          "Bad records on dead-letter that nobody has resent or dropped ('talaria dlq list' has them), up to 100000; NaN until"
              + " they were read. Every dispatcher of a fleet counts the same ones: take the maximum, not the sum.")),
  UNKNOWN_KINDS(counter(
      "talaria.records.unknown",
      "Records of a kind that this version does not know, which are left alone: a newer Talaria speaks to this one.",
      "kind")),
  FROM_EARLIEST(counter(
      "talaria.inbox.resets",
      "Times that a topic was read from its earliest record because the board's own offset meant nothing there: a new"
          + " board, a topic made again, or an offset out of range.",
      "topic"));

  private final MeterSpec spec;

  DispatcherMeter(MeterSpec spec) {
    this.spec = spec;
  }

  @Override
  public MeterSpec spec() {
    return spec;
  }
}
