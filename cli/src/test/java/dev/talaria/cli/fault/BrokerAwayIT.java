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

@WithKafka
@Execution(ExecutionMode.CONCURRENT)
class BrokerAwayIT {
  @TempDir
  private Path root;

  @Test
  void nothingIsLostOrDoneTwiceWhenTheBrokerIsAwayForTwentySeconds(JavaProcesses processes) {
    var fault = Fault.valueOf(System.getProperty("talaria.fault", "FROZEN"));
    new BrokerAwayCase(processes, root, fault, Duration.ofSeconds(20), Duration.ofSeconds(10))
        .run();
  }
}
