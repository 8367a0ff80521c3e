package dev.talaria.streams;

import static dev.talaria.service.metrics.MeterSpec.counter;
import static dev.talaria.service.metrics.MeterSpec.gauge;

import dev.talaria.service.metrics.MeterDoc;
import dev.talaria.service.metrics.MeterSpec;

/** The meters of the topology. What a crash makes it do again is counted again. */
public enum TopologyMeter implements MeterDoc {
  DECISIONS(counter(
      "talaria.decisions",
      "Decisions that the topology made, by what is to become of the task: retry, escalate, give_up or block. Whether"
          + " the board applied them says talaria_decisions_applied_total.",
      "action")),
  BURN_ATTEMPTS(counter(
      "talaria.burn.attempts",
      "Failed runs that count toward budgets: not those that a host or a launcher broke. The model 'default' is the"
          + " profile's own; what comes after so many boards, lanes and models is 'other'.",
      "board",
      "lane",
      "model")),
  BURN_SECONDS(counter(
      "talaria.burn.seconds",
      "Run time of failed runs that count toward budgets, in seconds.",
      "board",
      "lane",
      "model")),
  BURN_COST(counter(
      "talaria.burn.cost",
      "What failed runs cost, in the unit of policy.budget.cost_per_minute; zero without prices.",
      "board",
      "lane",
      "model")),
  BUDGET_BLOCKS(counter(
      "talaria.budget.blocks",
      "Tasks that were blocked because a budget was used up, the task's own or its lane's. Each waits for a person.",
      "board",
      "lane",
      "budget")),
  MALFORMED(counter(
      "talaria.topology.malformed",
      "Transitions that could not be read or judged and went to the dead-letter topic. Should stay at zero; the topic"
          + " holds the record and the reason.")),
  INCIDENTS_OPEN(gauge(
      "talaria.incidents.open",
      "Open incidents: failures that several tasks of a board share. Each is told by 'talaria incidents'.",
      "board",
      "lane")),
  INCIDENTS_OPENED(counter(
      "talaria.incidents.opened",
      "Incidents that were opened. One that opens again and again is a crash loop that its closing does not end.",
      "board",
      "lane")),
  INCIDENT_PROBES(counter(
      "talaria.incident.probes",
      "Probes of lanes that an incident pauses, by what became of them: started, completed, failed, or undecided where"
          + " the end says nothing about the incident.",
      "board",
      "lane",
      "result")),
  LANES_PAUSED(gauge(
      "talaria.lanes.paused",
      "Lanes of a board that start nothing but probes, because an incident is open.",
      "board"));

  private final MeterSpec spec;

  TopologyMeter(MeterSpec spec) {
    this.spec = spec;
  }

  @Override
  public MeterSpec spec() {
    return spec;
  }
}
