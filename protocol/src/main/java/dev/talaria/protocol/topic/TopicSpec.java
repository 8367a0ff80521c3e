package dev.talaria.protocol.topic;

import java.util.Map;

/**
 * What a topic must be.
 *
 * @param name full name, prefix included
 * @param partitions how many; fixed at creation
 * @param configs topic settings by Kafka's own names
 */
public record TopicSpec(String name, int partitions, Map<String, String> configs) {
  public TopicSpec {
    configs = Map.copyOf(configs);
  }
}
