package dev.talaria.testkit;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class EmbeddedBrokerContractIT extends BrokerContract {
  private static SharedBroker shared;

  @BeforeAll
  static void start() {
    shared = SharedBroker.start(BrokerMode.EMBEDDED, new DockerEngine());
  }

  @AfterAll
  static void stop() {
    shared.close();
  }

  @Override
  TestBroker broker() {
    return shared.forTest("embedded.");
  }
}
