package dev.talaria.service.config;

import java.time.Duration;

/**
 * All configuration of a host, read once by {@link ConfigLoader}. Printing goes through {@link EffectiveConfig}, which
 * masks secrets; so does {@link #toString()}.
 */
public record TalariaConfig(
    FleetConfig fleet,
    KafkaConfig kafka,
    DispatchConfig dispatch,
    PolicyConfig policy,
    LauncherConfig launcher,
    StreamsConfig streams,
    HttpConfig http,
    TriageConfig triage,
    KanbanConfig kanban) {
  public TalariaConfig {
    for (LaneConfig lane : launcher.lanes().values()) {
      Duration stopAfter = lane.stopAfter();
      if (stopAfter != null && stopAfter.compareTo(dispatch.lostAfter()) >= 0) {
        throw new ConfigException(
            "launcher.lanes.%s.stop_after is %ds; expected less than dispatch.lost_after (%ds): its workers are to be gone before others take their work over."
                .formatted(
                    lane.lane(), stopAfter.toSeconds(), dispatch.lostAfter().toSeconds()));
      }
    }
  }

  /** The same, with Kafka found: for processes that run the embedded broker. */
  public TalariaConfig withKafkaAt(String bootstrap) {
    return new TalariaConfig(
        fleet, kafka.at(bootstrap), dispatch, policy, launcher, streams, http, triage, kanban);
  }

  @Override
  public String toString() {
    return EffectiveConfig.of(this).toString();
  }
}
