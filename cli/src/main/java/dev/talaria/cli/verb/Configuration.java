package dev.talaria.cli.verb;

import dev.talaria.board.Board;
import dev.talaria.board.diagnostics.Thresholds;
import dev.talaria.board.home.BoardHome;
import dev.talaria.board.transition.Recompute;
import dev.talaria.board.triage.CommandModel;
import dev.talaria.board.triage.Planner;
import dev.talaria.board.triage.Roster;
import dev.talaria.board.triage.Triage;
import dev.talaria.board.triage.TriageLimits;
import dev.talaria.board.triage.TriageModel;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Session;
import dev.talaria.service.config.ConfigException;
import dev.talaria.service.config.DiagnosticsConfig;
import dev.talaria.service.config.LocalConfig;
import dev.talaria.service.config.OrchestrationConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The settings of hermes and Talaria as the board's operations take them. Few verbs need any. */
public final class Configuration {
  private static final String DEFAULT_PROFILE = "default";

  private final Session session;
  private final LocalConfig config;

  private Configuration(Session session, LocalConfig config) {
    this.session = session;
    this.config = config;
  }

  /** Reads the files, if there are any; what cannot be used ends the verb. */
  public static Configuration of(Session session) {
    try {
      return new Configuration(session, load(session));
    } catch (ConfigException e) {
      throw CliFailure.failed(String.valueOf(e.getMessage()));
    }
  }

  /** As {@link #of}, with the defaults for files that cannot be used: what is asked for has little to do with them. */
  static Configuration tolerant(Session session) {
    try {
      return new Configuration(session, load(session));
    } catch (ConfigException e) {
      return new Configuration(session, LocalConfig.DEFAULT);
    }
  }

  private static LocalConfig load(Session session) {
    return LocalConfig.load(session.home().root(), session.surroundings().environment());
  }

  LocalConfig config() {
    return config;
  }

  /** From when on something counts as wrong. */
  Thresholds thresholds() {
    DiagnosticsConfig limits = config.diagnostics();
    OrchestrationConfig hermes = config.orchestration();
    Thresholds.TriageHelp help = hermes.isKnown()
        ? new Thresholds.TriageHelp(
            hermes.autoDecompose(),
            hermes.slotIsExplicit(),
            hermes.hasMainModel(),
            !config.triage().command().isEmpty())
        : null;
    return new Thresholds(
        limits.failureThreshold(),
        limits.failureLimit(),
        limits.crashThreshold(),
        limits.blockedStale().toSeconds(),
        limits.stranded().toSeconds(),
        help);
  }

  /** What is asked for rough ideas; one that says how to get one, when there is none. */
  TriageModel model() {
    if (config.triage().command().isEmpty()) {
      return TriageModel.none(
          "set triage.command in '%s', or TALARIA_TRIAGE_COMMAND, to a command that asks a model (docs/triage.md)."
              .formatted(session.home().root().resolve("talaria.yaml")));
    }
    return new CommandModel(config.triage().command(), session.surroundings().workingDirectory());
  }

  /** What takes this board's ideas out of triage; made anew for each use, since profiles come and go. */
  public Planner planner(Board board) {
    return new Planner(
        board,
        new Triage(new Recompute(Recompute.DEFAULT_AUTO_RECOVER_LIMIT)),
        model(),
        roster(),
        TriageLimits.DEFAULT
            .withTimeout(config.triage().timeout())
            .withEnvironment(session.surroundings().environment()),
        config.orchestration().autoPromoteChildren());
  }

  /** Profiles on disk, lanes of this host's launchers, and who is named in the configuration. */
  Roster roster() {
    BoardHome home = session.home();
    Map<String, String> described = config.triage().profiles();
    Set<String> names = new TreeSet<>(home.profiles());
    names.addAll(config.lanes());
    names.addAll(described.keySet());
    Map<String, String> profiles = new LinkedHashMap<>();
    for (String name : names) {
      String description = described.get(name);
      profiles.put(
          name,
          description == null
              ? LocalConfig.profileDescription(profileHome(home.root(), name))
              : description);
    }
    OrchestrationConfig hermes = config.orchestration();
    return Roster.of(
        profiles, hermes.defaultAssignee(), hermes.orchestratorProfile(), session.author());
  }

  private static Path profileHome(Path root, String profile) {
    return profile.equals(DEFAULT_PROFILE) ? root : root.resolve("profiles").resolve(profile);
  }
}
