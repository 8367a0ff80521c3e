package dev.talaria.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class ContainerBrokerContractIT extends BrokerContract {
  private static SharedBroker shared;

  @BeforeAll
  static void start() {
    assumeTrue(
        BrokerMode.fromProperty() != BrokerMode.EMBEDDED,
        "talaria.test.broker=embedded: Kafka in a container is not tested");
    assumeTrue(
        new DockerEngine().isRunning(),
        "No Docker engine answers here: Kafka in a container is not tested, the embedded broker is");
    shared = SharedBroker.start(BrokerMode.DOCKER, new DockerEngine());
  }

  @AfterAll
  static void stop() {
    if (shared != null) {
      shared.close();
    }
  }

  @Override
  TestBroker broker() {
    return shared.forTest("container.");
  }
}
