package dev.talaria.dispatcher;

import dev.talaria.board.dispatch.Caps;
import dev.talaria.board.dispatch.Processes;
import dev.talaria.board.home.ScratchRemoval;
import dev.talaria.dispatcher.duty.DutySettings;
import dev.talaria.protocol.policy.RetryPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The usual settings of a dispatcher, where a test is not about them. */
public final class TestSettings {
  private TestSettings() {}

  /** Of this host, by the default policy: no caps, no default assignee, no profiles, nothing to remove. */
  public static DispatchSettings of(String host, Function<BoardFile, Processes> processes) {
    return new DispatchSettings(
        host,
        host,
        Duration.ofMinutes(15),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        Map.of(),
        8,
        24,
        1,
        RetryPolicy.DEFAULT,
        "test",
        new DutySettings(
            Caps.NONE, "", profile -> false, 0, 0, processes, new ScratchRemoval(List.of())));
  }
}
