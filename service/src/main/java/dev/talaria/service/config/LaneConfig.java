package dev.talaria.service.config;

import dev.talaria.protocol.id.Lane;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How the work of one lane is run.
 *
 * @param lane the lane
 * @param command one argument each, with placeholders; a list in it is an optional group. Empty if a preset is named
 * @param preset a command that Talaria knows ({@code hermes}, {@code claude} ...); null if there is a command
 * @param check a command that exits with 0 where the lane's workers can run; empty for none
 * @param exit what exit code 0 means
 * @param slots most workers of this lane at once; null for no bound but the launcher's
 * @param model reported as the lane's default model, which the escalation ladder looks up; null if unknown
 * @param shadow whether workers on another host than their board's get a shadow of it, for hermes's own tools
 * @param env given to each worker
 * @param envFiles the same for secrets: the value is what the file of this path holds, read when the launcher starts
 * @param stopAfter how long the launcher may be cut off, or gone, until the lane's workers are stopped; null lets them go on
 * @param runAs the user of the host as whom workers run; null for the launcher's own
 */
public record LaneConfig(
    Lane lane,
    List<Object> command,
    @Nullable String preset,
    List<String> check,
    ExitMeaning exit,
    @Nullable Integer slots,
    @Nullable String model,
    boolean shadow,
    Map<String, String> env,
    Map<String, String> envFiles,
    @Nullable Duration stopAfter,
    @Nullable String runAs) {
  private static final Pattern USER = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,63}[$]?");

  /** What a worker's exit with 0 means. */
  public enum ExitMeaning {
    /** Nothing by itself: the worker completes or blocks its task before. */
    PROTOCOL,
    /** The task is done. */
    EXIT_CODE
  }

  public LaneConfig {
    command = List.copyOf(command);
    check = List.copyOf(check);
    env = Collections.unmodifiableMap(new TreeMap<>(env));
    envFiles = Collections.unmodifiableMap(new TreeMap<>(envFiles));
    for (String name : envFiles.keySet()) {
      if (env.containsKey(name)) {
        throw new ConfigException(
            "launcher.lanes.%s has '%s' both in env and in env_files; expected it in one of them."
                .formatted(lane, name));
      }
    }
    if (command.isEmpty() == (preset == null)) {
      throw new ConfigException(
          "launcher.lanes.%s has %s; expected one of command and preset, as in command: [my-agent, --task, '{task}']."
              .formatted(lane, preset == null ? "no command" : "both a command and a preset"));
    }
    if (!command.isEmpty() && command.get(0).toString().isBlank()) {
      throw new ConfigException(
          "launcher.lanes.%s.command begins with nothing; expected a program.".formatted(lane));
    }
    if (stopAfter != null) {
      Check.positive("launcher.lanes.%s.stop_after".formatted(lane), stopAfter);
    }
    if (runAs != null && !USER.matcher(runAs).matches()) {
      throw new ConfigException(
          "launcher.lanes.%s.run_as is '%s'; expected the name of a user of this host."
              .formatted(lane, runAs));
    }
    if (runAs != null && shadow) {
      throw new ConfigException(
          "launcher.lanes.%s has run_as and shadow; expected one of them, because a shadow lies where only the launcher's user may look. Say shadow: false."
              .formatted(lane));
    }
    if (slots != null) {
      Check.between("launcher.lanes.%s.slots".formatted(lane), slots, 0, 10_000);
    }
  }
}
