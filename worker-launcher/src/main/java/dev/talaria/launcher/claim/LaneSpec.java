package dev.talaria.launcher.claim;

import dev.talaria.launcher.lane.ExitJudge;
import dev.talaria.launcher.lane.LaneCommand;
import dev.talaria.launcher.lane.LaneProbe;
import dev.talaria.launcher.lane.WorkerEnvironment;
import dev.talaria.launcher.process.RunAs;
import dev.talaria.protocol.id.Lane;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
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
 * @param check a command that exits with 0 where the lane's workers can run; empty for none
 * @param shadow whether a worker on another host than its board's gets a board's file of its own, for hermes's tools
 * @param env given to each worker on top of the rest
 * @param stopAfter how long this launcher may be cut off, or gone, until the lane's workers are stopped; null lets them go on
 * @param runAs as whom its workers run; null for the launcher's own user
 */
public record LaneSpec(
    Lane lane,
    LaneCommand command,
    ExitJudge judge,
    @Nullable Integer slots,
    @Nullable String model,
    List<String> check,
    boolean shadow,
    Map<String, String> env,
    @Nullable Duration stopAfter,
    @Nullable RunAs runAs) {
  /** One whose command is not checked beyond being there. */
  public LaneSpec(
      Lane lane,
      LaneCommand command,
      ExitJudge judge,
      @Nullable Integer slots,
      @Nullable String model,
      Map<String, String> env) {
    this(lane, command, judge, slots, model, List.of(), false, env, null, null);
  }

  public LaneSpec {
    check = List.copyOf(check);
    env = Map.copyOf(env);
  }

  /** Looks whether the lane's workers can be started, in the environment that they would have. */
  public LaneProbe probe(WorkerEnvironment environment) {
    Map<String, String> all = new HashMap<>(environment.inherited());
    all.putAll(env);
    return new LaneProbe(command.program(), check, all, LaneProbe.PATIENCE, runAs);
  }
}
