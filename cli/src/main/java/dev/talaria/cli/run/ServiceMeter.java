package dev.talaria.cli.run;

import dev.talaria.service.metrics.MeterDoc;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Every meter of the services, in one catalogue. */
enum ServiceMeter implements MeterDoc {
  RELAY_EVENTS("talaria.relay.events", "Events published to transitions.", null, "board"),
  RELAY_LAG("talaria.relay.lag", "Age of the oldest event of each published batch.", null, "board"),
  RELAY_FAILURES(
      "talaria.relay.failures",
      "Times that a relay closed its producer and began again.",
      null,
      "board"),
  LINEAGES(
      "talaria.relay.lineages",
      "Times that a board's file turned out to be a restored copy.",
      null,
      "board"),
  TOPICS_REPLACED(
      "talaria.relay.topics.replaced",
      "Times that history went out again because a topic was lost.",
      null,
      "board"),
  GRANTS("talaria.grants", "Runs granted to launchers.", null, "board"),
  RUNS_ENDED("talaria.runs.ended", "Runs that ended, by outcome.", null, "board", "outcome"),
  DECISIONS(
      "talaria.decisions.applied",
      "Decisions applied, by who decided and what.",
      null,
      "board",
      "by",
      "action"),
  WAITING(
      "talaria.board.waiting",
      "Tasks that wait, by lane and reason, as of the last look; at most 100000 are counted of a lane.",
      "tasks",
      "board",
      "lane",
      "reason"),
  STALE_REPORTS(
      "talaria.reports.stale",
      "Reports for a run that was no longer current; they change nothing.",
      null,
      "board",
      "what"),
  MALFORMED("talaria.records.malformed", "Records put into dead-letter.", null, "topic"),
  UNKNOWN_KINDS(
      "talaria.records.unknown",
      "Records of a kind that this version does not know.",
      null,
      "kind"),
  FROM_EARLIEST(
      "talaria.inbox.resets",
      "Times that a topic was read from its earliest record.",
      null,
      "topic"),
  ORDERS("talaria.orders", "Orders of operators in force on this host.", "orders", "scope"),
  LAUNCHER_SLOTS_FREE(
      "talaria.launcher.slots.free", "Workers that the launcher would take now.", "slots"),
  LAUNCHER_LANE_FAULTS(
      "talaria.launcher.lane.faults",
      "Lanes that are configured and not served, because their command cannot start.",
      "lanes"),
  LAUNCHER_REPORTS_PENDING(
      "talaria.launcher.reports.pending", "Reports that no board has answered yet.", "reports"),
  LAUNCHER_START(
      "talaria.launcher.start", "From a grant's arrival to the worker's process.", null, "lane"),
  LAUNCHER_GRANTS("talaria.launcher.grants", "Grants taken on.", null, "lane"),
  LAUNCHER_GIVEN_BACK("talaria.launcher.given.back", "Grants given back or ignored.", null, "lane"),
  LAUNCHER_ENDED(
      "talaria.launcher.runs.ended", "Workers that ended, by outcome.", null, "lane", "outcome"),
  LAUNCHER_REPEATED(
      "talaria.launcher.reports.repeated", "Reports sent again for want of an answer.", null);

  private final String meterName;
  private final String description;
  private final @Nullable String baseUnit;
  private final List<String> tags;

  ServiceMeter(String meterName, String description, @Nullable String baseUnit, String... tags) {
    this.meterName = meterName;
    this.description = description;
    this.baseUnit = baseUnit;
    this.tags = List.of(tags);
  }

  @Override
  public String meterName() {
    return meterName;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public @Nullable String baseUnit() {
    return baseUnit;
  }

  @Override
  public List<String> tags() {
    return tags;
  }
}
