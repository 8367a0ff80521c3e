package dev.talaria.dispatcher.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.dispatcher.presence.LauncherDirectory.Standing;
import dev.talaria.protocol.id.LauncherKey;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LostLaunchersTest {
  private static final LauncherKey BETA = new LauncherKey("beta", "main");
  private static final LauncherKey GAMMA = new LauncherKey("gamma", "main");
  private final LostLaunchers lost = new LostLaunchers();

  @Test
  void shouldTellEachLossOnceAndAgainAfterAReturn() {
    assertThat(lost.newly(Map.of(BETA, Standing.PRESENT, GAMMA, Standing.LEFT))).isEmpty();
    assertThat(lost.newly(Map.of(BETA, Standing.LOST, GAMMA, Standing.LEFT))).containsExactly(BETA);
    assertThat(lost.newly(Map.of(BETA, Standing.LOST, GAMMA, Standing.LOST)))
        .containsExactly(GAMMA);
    assertThat(lost.newly(Map.of(BETA, Standing.PRESENT))).isEmpty();
    assertThat(lost.newly(Map.of(BETA, Standing.LOST))).containsExactly(BETA);
  }
}
