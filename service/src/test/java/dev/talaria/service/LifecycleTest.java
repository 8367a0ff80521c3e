package dev.talaria.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class LifecycleTest {
  private final List<String> seen = Collections.synchronizedList(new ArrayList<>());

  @Test
  void shouldCloseInReverseOrderOnce() {
    var lifecycle = lifecycle().add("a", say("+a"), say("-a")).add("b", say("+b"), say("-b"));

    lifecycle.start();
    lifecycle.close();
    lifecycle.close();

    assertThat(seen).containsExactly("+a", "+b", "-b", "-a");
    assertThat(lifecycle.problems()).isEmpty();
  }

  @Test
  void shouldCloseWhatWasStartedWhenAStartFails() {
    var lifecycle = lifecycle()
        .add("a", say("+a"), say("-a"))
        .add("b", fail("no port"), say("-b"))
        .add("c", say("+c"), say("-c"));

    assertThatThrownBy(lifecycle::start).hasMessage("no port");
    assertThat(seen).containsExactly("+a", "-b", "-a");
  }

  @Test
  void shouldGoOnWhenACloseFailsAndSaySo() {
    var lifecycle =
        lifecycle().add("a", say("+a"), say("-a")).add("b", say("+b"), fail("stubborn"));
    lifecycle.start();

    lifecycle.close();

    assertThat(seen).endsWith("-a");
    assertThat(lifecycle.problems())
        .singleElement()
        .asString()
        .contains("b failed to close")
        .contains("stubborn");
  }

  @Test
  void shouldLeaveBehindWhatDoesNotCloseInTime() {
    var never = new CountDownLatch(1);
    var lifecycle = new Lifecycle(Duration.ofMillis(50))
        .add("a", say("+a"), say("-a"))
        .add("stuck", say("+stuck"), never::await);
    lifecycle.start();

    lifecycle.close();

    assertThat(seen).endsWith("-a");
    assertThat(lifecycle.problems()).containsExactly("stuck did not close within PT0.05S");
    never.countDown();
  }

  private static Lifecycle lifecycle() {
    return new Lifecycle(Duration.ofSeconds(5));
  }

  private Lifecycle.Action say(String what) {
    return () -> seen.add(what);
  }

  private static Lifecycle.Action fail(String message) {
    return () -> {
      throw new IllegalStateException(message);
    };
  }
}
