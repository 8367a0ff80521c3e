package dev.talaria.launcher.claim;

import dev.talaria.launcher.lane.ExitJudge;
import dev.talaria.launcher.lane.LaneCommand;
import dev.talaria.protocol.id.Lane;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A lane that this launcher serves.
 *
 * @param lane its name
 * @param command what it starts
 * @param judge what an exit means
 * @param slots most workers at once, or null for no bound but the launcher's
 * @param model what its command runs with when a task names no model, or null if unknown
 * @param env given to each worker on top of the rest
 */
public record LaneSpec(
    Lane lane,
    LaneCommand command,
    ExitJudge judge,
    @Nullable Integer slots,
    @Nullable String model,
    Map<String, String> env) {
  public LaneSpec {
    env = Map.copyOf(env);
  }
}
