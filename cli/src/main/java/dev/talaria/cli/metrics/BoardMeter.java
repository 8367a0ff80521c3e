package dev.talaria.cli.metrics;

import static dev.talaria.service.metrics.MeterSpec.counter;
import static dev.talaria.service.metrics.MeterSpec.gaugeIn;
import static dev.talaria.service.metrics.MeterSpec.waitTimer;
import static dev.talaria.service.metrics.MeterSpec.workTimer;

import dev.talaria.service.metrics.MeterDoc;
import dev.talaria.service.metrics.MeterSpec;

/** What happens on the boards that this host dispatches. */
public enum BoardMeter implements MeterDoc {
  DISPATCH_LATENCY(waitTimer(
      "talaria.dispatch.latency",
      "From a task's being ready to its worker's start: good to some milliseconds, and to a second for tasks that were"
          + " ready before this dispatcher started. Waiting for a slot, a launcher or the end of a pause is in it; a"
          + " back-off is not. Milliseconds with free slots; more means that slots, or launchers, are short.",
      "board",
      "lane")),
  GRANTS(counter("talaria.grants", "Runs granted to launchers, by offer or directly.", "board")),
  OFFERS(counter(
      "talaria.offers",
      "Offers sent to launchers elsewhere. Each says that there is work, not which: they may be more than the runs that"
          + " come of them. None are needed for a launcher in the same process or with slots known to be free.",
      "board",
      "lane")),
  CLAIMS(counter(
      "talaria.claims",
      "Claims of launchers answered: won with at least one run, lost when others had the work already. Most of them"
          + " lost: more launchers than work; harmless.",
      "board",
      "result")),
  RUNS(counter(
      "talaria.runs",
      "Runs that ended, by outcome (completed, blocked, crashed, timed_out, protocol_violation, rate_limited,"
          + " spawn_failed, launcher_lost, reclaimed and so on), the launcher's host and the model; none where a run had"
          + " no launcher or named no model, other beyond 100 names. Counted when the end is published.",
      "board",
      "lane",
      "host",
      "model",
      "outcome")),
  RUN_DURATION(workTimer(
      "talaria.run.duration",
      "From claim to end of each run, to the second. Crashes within seconds point to the command or the host, long ones"
          + " to the work.",
      "board",
      "lane",
      "outcome")),
  RUNS_ENDED(counter(
      "talaria.runs.ended",
      "Runs that this dispatcher closed, by outcome, counted at once; talaria_runs_total says more.",
      "board",
      "outcome")),
  FAILURES(counter(
      "talaria.failures",
      "Failed runs by whose fault they are: task and protocol count against the task, provider, infra and lost do not.",
      "board",
      "lane",
      "class")),
  ESCALATIONS(counter(
      "talaria.escalations",
      "Times that a task was given another model after failures; from default where it had no model of its own. Many to"
          + " the last model of a ladder: next they give up.",
      "board",
      "from",
      "to")),
  GAVE_UP(counter(
      "talaria.gave.up",
      "Tasks that were given up: they failed as often as they may, and are blocked for a person.",
      "board",
      "lane")),
  PROTOCOL_VIOLATIONS(counter(
      "talaria.protocol.violations",
      "Runs whose worker exited without completing or blocking its task. They count as failures; steadily, the lane's"
          + " worker does not know how to report.",
      "board",
      "lane")),
  DECISIONS(counter(
      "talaria.decisions.applied",
      "Decisions applied, by who made them and what. By dispatcher: the topology was too late (dispatch.decision_wait)"
          + " and the board decided alone, by the same rules.",
      "board",
      "by",
      "action")),
  DECISION_LATENCY(waitTimer(
      "talaria.decision.latency",
      "From the end of a failed run to the decision applied to its task. By topology it takes two ways through Kafka;"
          + " by dispatcher dispatch.decision_wait has passed before.",
      "board",
      "by")),
  HOLDS(gaugeIn(
      "tasks",
      "talaria.holds",
      "Tasks held back, as of the last look (every 5 s): decision waits for a decision on a failed run, backoff for its"
          + " time, guard after repeated fast ends, stopping for the former worker's end.",
      "board",
      "reason")),
  HOLDS_OLDEST(gaugeIn(
      "seconds",
      "talaria.holds.oldest.seconds",
      "How long the oldest of the held tasks has been held; 0 without one. For decision more than"
          + " dispatch.decision_wait means that the dispatcher does not get to its work.",
      "board",
      "reason")),
  WAITING(gaugeIn(
      "tasks",
      "talaria.board.waiting",
      "Tasks that wait or are in hands (running, claimed_elsewhere), by lane and reason (docs/troubleshooting.md has a"
          + " section for each), as of the last look (every 5 s); at most 100000 are counted of a lane. Lanes beyond 100 of a"
          + " board are counted as other.",
      "board",
      "lane",
      "reason")),
  READY_OLDEST(gaugeIn(
      "seconds",
      "talaria.ready.oldest.seconds",
      "How long the ready task that has waited longest in a lane has been ready, as of the last look (every 5 s); held"
          + " tasks and paused lanes are left out; 0 without one. Large without busy slots: talaria why says what is"
          + " missing.",
      "board",
      "lane")),
  STALE_REPORTS(counter(
      "talaria.reports.stale",
      "Reports and decisions for a run that was no longer current, by what they reported; they change nothing. Some"
          + " after a lost launcher came back are normal.",
      "board",
      "what")),
  INBOX_LAG(gaugeIn(
      "records",
      "talaria.inbox.lag",
      "Records of the board's partition of commands and decisions that are not read yet, those of other boards on it"
          + " included; as of the last poll.",
      "board",
      "topic"));

  private final MeterSpec spec;

  BoardMeter(MeterSpec spec) {
    this.spec = spec;
  }

  @Override
  public MeterSpec spec() {
    return spec;
  }
}
