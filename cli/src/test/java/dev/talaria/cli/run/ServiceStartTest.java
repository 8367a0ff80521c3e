package dev.talaria.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.cli.CliFailure;
import dev.talaria.service.config.ConfigException;
import org.junit.jupiter.api.Test;

class ServiceStartTest {
  @Test
  void shouldTellAnExpectedRefusalInItsOwnWordsWithTheCodeOfAFailure() {
    assertThatThrownBy(() -> ServiceStart.told(() -> {
          throw new ConfigException("http.port is 99999; expected 0 to 65535.");
        }))
        .isInstanceOfSatisfying(
            CliFailure.class, failure -> assertThat(failure.exitCode()).isEqualTo(1))
        .hasMessage("http.port is 99999; expected 0 to 65535.");
  }

  @Test
  void shouldNoLongerEndTheProcessCleanlyOnceAStartHasFailed() {
    var hook = new Thread(() -> {});
    Runtime.getRuntime().addShutdownHook(hook);

    ServiceStart.withdraw(hook);

    assertThat(Runtime.getRuntime().removeShutdownHook(hook)).isFalse();
  }
}
