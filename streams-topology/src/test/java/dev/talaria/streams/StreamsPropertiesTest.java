package dev.talaria.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.protocol.topic.TopicCatalogue;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

/** The settings that show only when something dies. */
class StreamsPropertiesTest {
  private final TopologySettings settings = TopologySettings.of(
      "broker:9092", new TopicCatalogue("fleet.", 6), "alpha", Path.of("/home/talaria"));

  @Test
  void shouldBeAKnownMemberThatIsMissedSoon() {
    var consumer = new StreamsConfig(StreamsProperties.of(settings))
        .getMainConsumerConfigs("group", "client", 1);

    assertThat(consumer)
        .containsEntry("group.instance.id", "alpha-main-1")
        .containsEntry("session.timeout.ms", 10_000)
        .containsEntry("heartbeat.interval.ms", 2_000);
  }

  @Test
  void shouldBeExactlyOnceInItsOwnDirectory() {
    assertThat(StreamsProperties.of(settings))
        .containsEntry("application.id", "fleet.topology")
        .containsEntry("processing.guarantee", "exactly_once_v2")
        .containsEntry("state.dir", "/home/talaria/streams")
        .containsEntry("replication.factor", 1)
        .containsEntry("ensure.explicit.internal.resource.naming", true);
  }

  @Test
  void shouldLetTheOperatorsPropertiesWin() {
    var mine = settings
        .withInstance("second")
        .withCopies(3, 1)
        .withKafka(Map.of("commit.interval.ms", "150", "security.protocol", "SSL"));

    assertThat(StreamsProperties.of(mine))
        .containsEntry("commit.interval.ms", "150")
        .containsEntry("security.protocol", "SSL")
        .containsEntry("replication.factor", 3)
        .containsEntry("num.standby.replicas", 1)
        .containsEntry("main.consumer.group.instance.id", "alpha-second");
  }

  @Test
  void shouldRefuseAnInstanceThatIsNoName() {
    assertThatThrownBy(() -> settings.withInstance("a b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'a b'");
  }
}
