package dev.talaria.streams;

import static dev.talaria.service.metrics.MeterSpec.counter;
import static dev.talaria.service.metrics.MeterSpec.gauge;
import static dev.talaria.service.metrics.MeterSpec.gaugeIn;

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
      "board")),
  FLEET_TASKS(gauge(
      "talaria.fleet.tasks",
      "Open tasks by lane and status, counted from the boards' events. Lane 'none' is nobody's; 'other' is what cannot be"
          + " a lane, and lanes after the first hundred of a board. Told by the instance that counts the board.",
      "board",
      "lane",
      "status")),
  FLEET_GAVE_UP(gauge(
      "talaria.fleet.gave.up.tasks",
      "Tasks that are blocked because they gave up; they are among those in status blocked.",
      "board",
      "lane")),
  FLEET_OLDEST(gaugeIn(
      "seconds",
      "talaria.fleet.oldest.timestamp",
      "Since when the first open task of a lane is in its status, as seconds since the epoch; 0 where there is none.",
      "board",
      "lane",
      "status")),
  FLEET_ATTEMPTS(gauge(
      "talaria.fleet.attempts.tasks",
      "Open tasks by how often they were claimed: 0 to 9, and 10 for 10 times and more. A heap on the right is work that"
          + " fails again and again.",
      "board",
      "lane",
      "attempts")),
  STRANDED_TASKS(gauge(
      "talaria.stranded.tasks",
      "Tasks that wait, directly or through others, for one that is blocked, by the waiting task's lane; each counted"
          + " once. They start when somebody unblocks what 'talaria fleet' lists as worst.",
      "board",
      "lane")),
  STRANDED_DEPTH(gauge(
      "talaria.stranded.depth",
      "How many links the farthest of the stranded tasks is away from a blocked one: so many tasks have to be done one"
          + " after the other at least.",
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
