package dev.talaria.cli.run;

import dev.talaria.launcher.claim.LaneSpec;
import dev.talaria.launcher.lane.ExitJudge;
import dev.talaria.launcher.lane.LaneCommand;
import dev.talaria.launcher.lane.LaneMode;
import dev.talaria.launcher.lane.LanePreset;
import dev.talaria.launcher.process.Executables;
import dev.talaria.launcher.process.RunAs;
import dev.talaria.protocol.id.Lane;
import dev.talaria.service.config.LaneConfig;
import dev.talaria.service.config.LauncherConfig;
import dev.talaria.service.config.SecretFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The lanes that a launcher serves: those that are configured; else, where hermes is installed, one for each of its
 * profiles.
 */
final class Lanes {
  private final Path hermesRoot;
  private final Map<String, String> environment;

  Lanes(Path hermesRoot, Map<String, String> environment) {
    this.hermesRoot = hermesRoot;
    this.environment = environment;
  }

  List<LaneSpec> of(LauncherConfig config) {
    List<LaneSpec> specs = new ArrayList<>();
    config.lanes().values().forEach(lane -> specs.add(spec(lane)));
    return specs.isEmpty() ? hermesProfiles() : specs;
  }

  /** In words, for whoever started them. */
  static String named(List<LaneSpec> lanes) {
    return lanes.isEmpty()
        ? "no lanes: name some under launcher.lanes in talaria.yaml, or put hermes on the PATH"
        : "lanes "
            + String.join(
                ", ", lanes.stream().map(lane -> lane.lane().name()).sorted().toList());
  }

  /** A lane's variables, with what its secrets' files hold now. */
  private Map<String, String> environmentOf(LaneConfig config) {
    Map<String, String> all = new HashMap<>(config.env());
    config
        .envFiles()
        .forEach((name, path) -> all.put(
            name,
            SecretFiles.read(
                "launcher.lanes.%s.env_files.%s".formatted(config.lane(), name),
                path,
                hermesRoot)));
    return all;
  }

  private LaneSpec spec(LaneConfig config) {
    String preset = config.preset();
    if (preset != null) {
      LanePreset known = LanePreset.of(preset);
      return new LaneSpec(
          config.lane(),
          known.command(),
          new ExitJudge(known.mode(), known.rateLimits()),
          config.slots(),
          config.model(),
          config.check(),
          config.shadow(),
          environmentOf(config),
          config.stopAfter(),
          runAs(config));
    }
    LaneMode mode = switch (config.exit()) {
      case PROTOCOL -> LaneMode.PROTOCOL;
      case EXIT_CODE -> LaneMode.EXIT_CODE;
    };
    return new LaneSpec(
        config.lane(),
        LaneCommand.parse(config.command()),
        new ExitJudge(mode, List.of()),
        config.slots(),
        config.model(),
        config.check(),
        config.shadow(),
        environmentOf(config),
        config.stopAfter(),
        runAs(config));
  }

  private static @Nullable RunAs runAs(LaneConfig config) {
    String user = config.runAs();
    return user == null ? null : new RunAs(user);
  }

  private List<LaneSpec> hermesProfiles() {
    if (Executables.on(environment.getOrDefault("PATH", "")).find(program()).isEmpty()) {
      return List.of();
    }
    return profiles().stream().map(this::hermesProfile).toList();
  }

  /** How hermes's own dispatcher starts a worker of this profile, whether hermes is installed or not. */
  LaneSpec hermesProfile(String profile) {
    Path home =
        profile.equals("default") ? hermesRoot : hermesRoot.resolve("profiles").resolve(profile);
    boolean skill = Files.exists(home.resolve("skills/kanban-worker/SKILL.md"));
    LanePreset preset = LanePreset.hermes(List.of(program()), skill);
    return new LaneSpec(
        new Lane(profile),
        preset.command(),
        new ExitJudge(preset.mode(), preset.rateLimits()),
        1, // hermes agents are paid for: one of a profile at a time unless somebody says otherwise
        null,
        List.of(),
        true,
        Map.of(),
        null,
        null);
  }

  /** Lanes that are configured, by name. */
  Map<String, LaneSpec> configured(LauncherConfig config) {
    return config.lanes().values().stream()
        .map(this::spec)
        .collect(Collectors.toUnmodifiableMap(lane -> lane.lane().name(), lane -> lane));
  }

  private String program() {
    String named = environment.getOrDefault("HERMES_BIN", "").strip();
    if (named.isEmpty()) {
      return "hermes";
    }
    // a bare name is looked up on the PATH, never in the current directory
    return named.contains("/") ? Path.of(named).toAbsolutePath().toString() : named;
  }

  private List<String> profiles() {
    List<String> names = new ArrayList<>(List.of("default"));
    Path profiles = hermesRoot.resolve("profiles");
    if (Files.isDirectory(profiles)) {
      try (Stream<Path> entries = Files.list(profiles)) {
        entries
            .filter(Files::isDirectory)
            .map(entry -> String.valueOf(entry.getFileName()))
            .filter(Lane::isLane)
            .sorted()
            .forEach(names::add);
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot list '" + profiles + "'", e);
      }
    }
    return names;
  }
}
