package dev.talaria.service.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every key of the configuration with its meaning, in the order of the sections: what {@code talaria config --keys} prints and
 * the reference page is made from. A test compares it with the records.
 */
public final class ConfigKeys {
  private static final String NO_BOUND = "no bound";
  private static final String LANES_OWN =
      "For one lane; a lane that is named here takes nothing from policy.budget.lane.";
  private static final List<Key> ALL = List.of(
      key("fleet.host", "the host's name at its first start", "This host's id in the fleet."),
      key(
          "kafka.bootstrap",
          "the embedded broker",
          "The cluster: host:port, several with commas between."),
      key("kafka.prefix", "Before the name of each topic, group and transactional id."),
      key(
          "kafka.partitions",
          "1 embedded, 6 on a cluster",
          "Partitions of the topics that are partitioned by board. Fixed once the topics are made."),
      key(
          "kafka.replication",
          "1 embedded, the cluster's own on a cluster",
          "Copies of each topic that is made; -1 leaves it to the cluster."),
      key("kafka.embedded_port", "Port of the embedded broker; 0 takes any free one and keeps it."),
      key(
          "kafka.NAME",
          "none",
          "Passed to Kafka's clients as it is, security settings above all. 'producer.', 'consumer.' or 'admin.' before the name limits it to these clients."),
      key("dispatch.boards", "all", "The boards that are dispatched, by name."),
      key(
          "dispatch.new_boards",
          "A board that was never dispatched and has waiting work: ask (at a terminal, else watch), start, or watch."),
      key("dispatch.claim_ttl", "How long a claim holds without a sign of life."),
      key(
          "dispatch.decision_wait",
          "How long a failed task waits for the topology before its dispatcher decides by the same rules."),
      key(
          "dispatch.lost_after",
          "Silence after which a launcher is lost; only silence that was heard counts."),
      key(
          "dispatch.wait_for_return.LANE",
          "dispatch.lost_after",
          "The same for runs of one lane: it is waited so long for a lost launcher to return with them."),
      key("dispatch.offer_window", "Most offers of a lane that wait at once, for each board."),
      key(
          "dispatch.run_ceiling_per_day",
          "Most runs of one task in 24 hours, whatever their outcome."),
      key(
          "dispatch.auto_recover_limit",
          "How often a task that gave up, and whose parents are done, comes back by itself."),
      key(
          "policy.failure_limit",
          "kanban.failure_limit, else 2",
          "Failures in a row at which a task is given up."),
      key(
          "policy.retry_model_escalation.MODEL",
          "kanban.retry_model_escalation",
          "The model that follows this one after a failure; '' is a profile's own model."),
      key(
          "policy.escalate_before_giving_up",
          "Whether the limit counts from the last model of the ladder on."),
      key("policy.retry_backoff.initial", "Wait before the first repetition."),
      key("policy.retry_backoff.factor", "By which each further wait grows."),
      key(
          "policy.retry_backoff.max",
          "an hour, once there is a wait",
          "The longest wait before a repetition."),
      key(
          "policy.on_silent_exit",
          "A worker that exits with 0 and has said nothing: block, retry or give-up."),
      key("policy.rate_limit.cooldown", "Wait when a provider refuses work."),
      key("policy.rate_limit.max_waits", "Most such waits in a row."),
      key("policy.rate_limit.max_duration", "Longest time of such waits."),
      key("policy.infra_backoff", "Wait after a fault of the host."),
      key(
          "policy.systemic.tasks",
          "So many tasks that fail the same way are one incident; 0 turns this off."),
      key("policy.systemic.window", "Within this time."),
      key(
          "policy.systemic.close_after",
          "An incident is over when no task has failed so for this time."),
      key(
          "policy.systemic.pause_lane",
          "Whether a lane starts nothing but probes while an incident of it is open."),
      key(
          "policy.systemic.probe_after",
          "Until the first probe of a paused lane; each that fails doubles it, up to an hour."),
      key(
          "policy.budget.task.attempts",
          NO_BOUND,
          "Failed runs after which a task is blocked, since its last completion or 'unblock --more'."),
      key("policy.budget.task.seconds", NO_BOUND, "The same for their run time, in seconds."),
      key(
          "policy.budget.task.cost",
          NO_BOUND,
          "The same for what they cost by policy.budget.cost_per_minute."),
      key(
          "policy.budget.lane.attempts",
          NO_BOUND,
          "Failed runs of a lane on one board within the window; after that each failed task of the lane is blocked."),
      key("policy.budget.lane.seconds", NO_BOUND, "The same for their run time, in seconds."),
      key("policy.budget.lane.cost", NO_BOUND, "The same for what they cost."),
      key(
          "policy.budget.lane.window",
          "24h",
          "How far back a lane's failed runs count, 1h to 24h, by whole hours."),
      key("policy.budget.lanes.LANE.attempts", NO_BOUND, LANES_OWN),
      key("policy.budget.lanes.LANE.seconds", NO_BOUND, LANES_OWN),
      key("policy.budget.lanes.LANE.cost", NO_BOUND, LANES_OWN),
      key("policy.budget.lanes.LANE.window", "24h", LANES_OWN),
      key(
          "policy.budget.cost_per_minute.MODEL",
          "0",
          "What a minute of a run with this model costs, in any unit; '' is a profile's own model, and each that is not listed."),
      key("launcher.name", "Its name among the launchers of this host."),
      key("launcher.slots", "one per processor", "Most workers at once."),
      key("launcher.run_retention", "How long the directory of an ended run is kept."),
      key("launcher.kill_grace", "Between asking a worker to end and killing it."),
      key(
          "launcher.back_within",
          "A launcher that stops and leaves its workers says that it will be back within this time, so that their runs wait for it; 0 says nothing."),
      key(
          "launcher.labels.NAME",
          "none",
          "A label of this launcher: a task created with '--require NAME=VALUE' goes only where it fits."),
      key(
          "launcher.places",
          "none",
          "Directories that tasks of other hosts' boards may work in: absolute paths."),
      key(
          "launcher.lanes.LANE.command",
          "none",
          "Program and arguments of the lane's workers, with placeholders. A list in it is left out when its placeholder has no value: [agent, [--model, '{model}']]."),
      key(
          "launcher.lanes.LANE.preset",
          "none",
          "A command that Talaria knows, instead: hermes, claude, codex, opencode."),
      key(
          "launcher.lanes.LANE.check",
          "none",
          "A command that exits with 0 where the lane's workers can run, such as [agent, --version]. Tried at the start and every few minutes; the lane is not served while it fails."),
      key(
          "launcher.lanes.LANE.exit",
          "protocol",
          "What exit code 0 means: protocol (the worker has said how it ended) or exit-code (done)."),
      key(
          "launcher.lanes.LANE.slots",
          "the launcher's",
          "Most workers of the lane at once; 0 takes none."),
      key(
          "launcher.lanes.LANE.model",
          "unknown",
          "The model that the command uses by itself; the ladder looks it up."),
      key(
          "launcher.lanes.LANE.shadow",
          "true for the preset hermes",
          "Whether workers of boards of other hosts get a board's file of their own, for hermes's tools."),
      key(
          "launcher.lanes.LANE.stop_after",
          "never",
          "When the launcher has been cut off, or gone, for so long, the lane's workers are stopped; less than dispatch.lost_after."),
      key(
          "launcher.lanes.LANE.run_as",
          "the launcher's own user",
          "The user of this host as whom the lane's workers run. Needs a launcher that is root, and setpriv (util-linux); the lane is not served without."),
      key("launcher.lanes.LANE.env.NAME", "none", "A variable for the lane's workers."),
      key(
          "launcher.lanes.LANE.env_files.NAME",
          "none",
          "The same for a secret: the variable's value is what this file holds."),
      key(
          "streams.name",
          "Its name among the topology's instances of this host, the same at each start."),
      key(
          "streams.state_directory",
          "talaria/streams in the home",
          "The topology's stores. Kept over restarts; lost, they are built again from Kafka."),
      key("streams.standbys", "Warm copies of its state on other hosts' instances."),
      key(
          "http.bind",
          "Where metrics and health are served; another address than loopback needs a token."),
      key("http.port", "Port of 'up' and 'dispatcher'; 0 takes any free one."),
      key("http.launcher_port", "Port of 'launcher'."),
      key("http.streams_port", "Port of 'streams'."),
      key(
          "http.token",
          "none",
          "Asked for as 'Authorization: Bearer' by metrics and health, at least 8 characters."),
      key(
          "triage.command",
          "none",
          "Program and arguments that 'specify' and 'decompose' put their question to."),
      key(
          "triage.timeout",
          "120s to specify, 180s to decompose",
          "How long it may take to answer."),
      key(
          "triage.profiles.NAME",
          "none",
          "Who can be given work, with a description for the model, beside the profiles on disk."),
      hermes("failure_limit", "not set", "See policy.failure_limit."),
      hermes("retry_model_escalation.MODEL", "none", "See policy.retry_model_escalation."),
      hermes(
          "dispatch_stale_timeout_seconds",
          null,
          "After which a silent run is reclaimed; 0 never."),
      hermes("worker_log_rotate_bytes", null, "Size at which a worker's log is rotated."),
      hermes("worker_log_backup_count", null, "Rotated logs that are kept."),
      hermes("max_spawn", "no bound", "Most running tasks of a board, by its older name."),
      hermes("max_in_progress", "no bound", "Most running tasks of a board."),
      hermes("max_in_progress_per_profile", "no bound", "Most running tasks of one profile."),
      hermes("default_assignee", "none", "Who does tasks without an assignee."),
      hermes(
          "dispatch_interval_seconds",
          null,
          "Between the ticks of a dispatcher without Kafka, and the looks for ideas to divide."),
      hermes("auto_decompose", null, "Whether ideas are divided without being asked for."),
      hermes("auto_decompose_per_tick", null, "Most ideas at a time, over all boards."));

  private ConfigKeys() {}

  /**
   * A key.
   *
   * @param name dotted; a part in capitals is free
   * @param otherwise what holds when it is not set, where that is not one fixed value; else null
   * @param meaning in a sentence
   */
  public record Key(String name, @Nullable String otherwise, String meaning) {
    /** Whether this is the key, or the free name, that somebody wrote. */
    public boolean fits(String written) {
      return written.matches(
          name.replace(".", "\\.").replaceAll("\\b(NAME|MODEL)$", ".+").replace("LANE", "[^.]+"));
    }

    /** The variable that sets it; {@code kanban:} keys are hermes's and have none. */
    public @Nullable String variable() {
      return name.startsWith("kanban.")
              || name.matches(".*\\b(MODEL|(env|env_files|profiles|labels)\\.NAME)$")
          ? null
          : KnownKeys.variable(name);
    }
  }

  /** All, in the order of the sections. */
  public static List<Key> all() {
    return ALL;
  }

  private static Key key(String name, String meaning) {
    return new Key(name, null, meaning);
  }

  private static Key key(String name, String otherwise, String meaning) {
    return new Key(name, otherwise, meaning);
  }

  private static Key hermes(String name, @Nullable String otherwise, String meaning) {
    return new Key("kanban." + name, otherwise, meaning);
  }
}
