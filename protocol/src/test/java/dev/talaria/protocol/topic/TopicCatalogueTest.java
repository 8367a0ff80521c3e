package dev.talaria.protocol.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.Lane;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicCatalogueTest {
  private final TopicCatalogue topics = new TopicCatalogue("talaria.", 12);

  @ParameterizedTest
  @CsvSource({
    "transitions,12,delete,7776000000",
    "commands,12,delete,604800000",
    "replies,12,delete,3600000",
    "decisions,12,delete,7776000000",
    "presence,1,compact,",
    "controls,1,compact,",
    "incidents,12,compact,",
    "relay-cursors,12,compact,",
    "fleet,12,compact,",
    "worker-logs,12,delete,259200000",
    "dead-letter,1,delete,2592000000"
  })
  void shouldDescribeEachFixedTopic(String name, int partitions, String cleanup, String retention) {
    Map<String, TopicSpec> fixed =
        topics.fixed().stream().collect(Collectors.toMap(TopicSpec::name, Function.identity()));

    assertThat(fixed).hasSize(11);
    TopicSpec spec = fixed.get("talaria." + name);
    assertThat(spec.partitions()).isEqualTo(partitions);
    assertThat(spec.configs())
        .containsEntry("cleanup.policy", cleanup)
        .satisfies(configs -> assertThat(configs.get("retention.ms")).isEqualTo(retention));
  }

  @Test
  void shouldKeepSegmentsOfCompactedTopicsShort() {
    assertThat(topics.fixed())
        .filteredOn(spec -> "compact".equals(spec.configs().get("cleanup.policy")))
        .isNotEmpty()
        .allSatisfy(spec -> assertThat(spec.configs())
            .containsEntry("segment.ms", "600000")
            .containsEntry("min.cleanable.dirty.ratio", "0.1"));
  }

  @Test
  void shouldHaveTheBrokerStampSignsOfLife() {
    assertThat(topics.fixed())
        .filteredOn(spec -> "LogAppendTime".equals(spec.configs().get("message.timestamp.type")))
        .extracting(TopicSpec::name)
        .containsExactly(topics.presence());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 12, 500})
  void shouldGiveALaneOnePartitionWhateverTheOthersHave(int partitions) {
    TopicSpec lane = new TopicCatalogue("x-", partitions).lane(Lane.of("coder"));

    assertThat(lane.name()).isEqualTo("x-ready.coder");
    assertThat(lane.partitions()).isEqualTo(1);
    assertThat(lane.configs()).containsEntry("retention.ms", "86400000");
  }

  @Test
  void shouldPutABoardOnThePartitionOfItsName() {
    BoardKey board = BoardKey.parse("alpha/default");

    assertThat(topics.partitionOf(board)).isEqualTo(10);
    assertThat(topics.partitionOfAsker("alpha/launcher/main")).isEqualTo(3);
  }

  @Test
  void shouldTakeNoPrefix() {
    assertThat(new TopicCatalogue("", 1).transitions()).isEqualTo("transitions");
  }

  @Test
  void shouldRefuseWhatIsNoTopicName() {
    assertThatThrownBy(() -> new TopicCatalogue("tal aria.", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("kafka.prefix")
        .hasMessageContaining("'tal aria.'");
    assertThatThrownBy(() -> new TopicCatalogue("t.", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("kafka.partitions is 0");
  }
}
