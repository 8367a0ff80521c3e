package dev.talaria.streams;

import static dev.talaria.service.metrics.MeterSpec.counter;

import dev.talaria.service.metrics.MeterDoc;
import dev.talaria.service.metrics.MeterSpec;

/** The meters of the topology. What a crash makes it do again is counted again. */
public enum TopologyMeter implements MeterDoc {
  DECISIONS(counter(
      "talaria.decisions",
      "Decisions that the topology made, by what is to become of the task: retry, escalate, give_up or block. Whether"
          + " the board applied them says talaria_decisions_applied_total.",
      "action")),
  MALFORMED(counter(
      "talaria.topology.malformed",
      "Transitions that could not be read or judged and went to the dead-letter topic. Should stay at zero; the topic"
          + " holds the record and the reason."));

  private final MeterSpec spec;

  TopologyMeter(MeterSpec spec) {
    this.spec = spec;
  }

  @Override
  public MeterSpec spec() {
    return spec;
  }
}
