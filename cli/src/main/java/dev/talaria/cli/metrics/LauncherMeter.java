package dev.talaria.cli.metrics;

import static dev.talaria.service.metrics.MeterSpec.counter;
import static dev.talaria.service.metrics.MeterSpec.gauge;
import static dev.talaria.service.metrics.MeterSpec.timer;

import dev.talaria.service.metrics.MeterDoc;
import dev.talaria.service.metrics.MeterSpec;

/** The launcher of a host. */
public enum LauncherMeter implements MeterDoc {
  SLOTS(gauge(
      "talaria.launcher.slots",
      "Slots for workers by state: free or busy (with a worker, or asked for by a claim);"
          + " together launcher.slots.",
      "state")),
  LANE_FAULTS(gauge(
      "talaria.launcher.lane.faults",
      "Lanes that are configured and not served, because their command cannot start; the log and talaria hosts name"
          + " them.")),
  REPORTS_PENDING(
      gauge(
          "talaria.launcher.reports.pending",
          "Reports that no board has answered yet. Grows while Kafka or a dispatcher is away; they are kept on disk.")),
  REPORTS_REPEATED(counter(
      "talaria.launcher.reports.repeated", "Reports sent again because no answer came in time.")),
  GRANTS(counter("talaria.launcher.grants", "Grants taken on.", "lane")),
  GIVEN_BACK(counter(
      "talaria.launcher.given.back",
      "Grants given back or ignored: no slot was free, or they were meant for an earlier start of this launcher. They"
          + " cost their tasks nothing.",
      "lane")),
  START(timer("talaria.launcher.start", "From a grant's arrival to its worker's process.", "lane")),
  ADOPTED(
      counter(
          "talaria.launcher.adopted",
          "Workers that an earlier start of this launcher had left running and that this one took over.")),
  RUNS_ENDED(counter(
      "talaria.launcher.runs.ended",
      "Workers that ended here: done, or whose fault their failure was (task, protocol, provider, infra, lost).",
      "lane",
      "outcome"));

  private final MeterSpec spec;

  LauncherMeter(MeterSpec spec) {
    this.spec = spec;
  }

  @Override
  public MeterSpec spec() {
    return spec;
  }
}
