package dev.talaria.testkit;

import java.util.Map;

/**
 * A running Kafka broker. As a test parameter it is the one that all tests of the JVM share, so topics, groups and
 * transactional ids want the {@link #prefix()}.
 */
public interface TestBroker {
  /** {@code host:port}. */
  String bootstrapServers();

  /** Unique for this test, and fit for topics, groups and ids: {@code claimtasktest-7.}. */
  String prefix();

  /** What a client needs to connect. */
  default Map<String, Object> clientConfig() {
    return Map.of("bootstrap.servers", bootstrapServers());
  }
}
