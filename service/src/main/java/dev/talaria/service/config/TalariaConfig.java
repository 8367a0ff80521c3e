package dev.talaria.service.config;

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
