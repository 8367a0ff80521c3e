package dev.talaria.cli.fault;

import dev.talaria.cli.fault.BrokerAwayCase.Fault;
import dev.talaria.testkit.JavaProcesses;
import dev.talaria.testkit.WithKafka;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Waits for the most part, so other tests run beside it. */
@WithKafka
@Execution(ExecutionMode.CONCURRENT)
class BrokerAwayLongIT {
  /** Longer than a producer keeps a record (30 s), a group its member (45 s) and any call waits (a minute). */
  private static final Duration AWAY = Duration.ofSeconds(75);

  @TempDir
  private Path root;

  @Test
  void nothingIsLostOrDoneTwiceWhenTheBrokerIsAwayForLongerThanAnyTimeOut(JavaProcesses processes) {
    var fault = Fault.valueOf(System.getProperty("talaria.fault", "KILLED"));
    new BrokerAwayCase(processes, root, fault, AWAY, Duration.ofSeconds(15)).run();
  }
}
