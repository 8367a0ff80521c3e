package dev.talaria.service.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.service.config.KafkaConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaClientsTest {
  @Test
  void shouldGiveTheRelayItsMeasuredSettings() {
    assertThat(clients(Map.of()).relayProducer("relay/alpha/default"))
        .containsEntry("transactional.id", "relay/alpha/default")
        .containsEntry("client.id", "alpha.relay/alpha/default")
        .containsEntry("transaction.timeout.ms", 3_000)
        .containsEntry("max.in.flight.requests.per.connection", 1)
        .containsEntry("retry.backoff.ms", 5)
        .containsEntry("acks", "all");
  }

  @Test
  void shouldKeepWhatCorrectnessDependsOnWhateverIsConfigured() {
    var clients = clients(Map.of(
        "acks", "1",
        "isolation.level", "read_uncommitted",
        "auto.offset.reset", "latest",
        "enable.idempotence", "false"));

    assertThat(clients.producer("p"))
        .containsEntry("acks", "all")
        .containsEntry("enable.idempotence", true);
    assertThat(clients.consumer("c"))
        .containsEntry("isolation.level", "read_committed")
        .containsEntry("auto.offset.reset", "none");
    assertThat(clients.uncommittedConsumer("c"))
        .containsEntry("isolation.level", "read_uncommitted")
        .containsEntry("auto.offset.reset", "none");
  }

  @Test
  void shouldPassSecurityToAllAndPrefixedKeysToTheirClientOnly() {
    var clients = clients(Map.of(
        "security.protocol", "SSL",
        "my.login.callback.setting", "x",
        "producer.linger.ms", "9",
        "consumer.fetch.max.wait.ms", "77"));

    assertThat(clients.producer("p"))
        .containsEntry("security.protocol", "SSL")
        .containsEntry("my.login.callback.setting", "x")
        .containsEntry("linger.ms", "9")
        .doesNotContainKeys("fetch.max.wait.ms", "producer.linger.ms");
    assertThat(clients.consumer("c"))
        .containsEntry("fetch.max.wait.ms", "77")
        .doesNotContainKeys("linger.ms");
    assertThat(clients.admin("a")).containsEntry("security.protocol", "SSL");
  }

  @Test
  void shouldKeepKeysFromAShareConsumerThatItWouldRefuse() {
    assertThat(clients(Map.of("session.timeout.ms", "6000", "isolation.level", "read_committed"))
            .shareConsumer("offers", "ready", 4))
        .doesNotContainKeys("session.timeout.ms", "isolation.level", "auto.offset.reset")
        .containsEntry("share.acknowledgement.mode", "explicit")
        .containsEntry("share.acquire.mode", "record_limit")
        .containsEntry("max.poll.records", 4);
  }

  @Test
  void shouldWantAnAddress() {
    assertThatThrownBy(() ->
            new KafkaClients(new KafkaConfig(null, "talaria.", 1, (short) 1, 0, Map.of()), "alpha"))
        .hasMessageContaining("kafka.bootstrap is not set");
  }

  private static KafkaClients clients(Map<String, String> properties) {
    return new KafkaClients(
        new KafkaConfig("localhost:9092", "talaria.", 1, (short) 1, 0, properties), "alpha");
  }
}
