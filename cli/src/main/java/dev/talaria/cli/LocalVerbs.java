package dev.talaria.cli;

import dev.talaria.cli.verb.AcceptVerb;
import dev.talaria.cli.verb.ArchiveVerb;
import dev.talaria.cli.verb.AssignVerb;
import dev.talaria.cli.verb.AssigneesVerb;
import dev.talaria.cli.verb.BlackboardVerb;
import dev.talaria.cli.verb.BlockVerb;
import dev.talaria.cli.verb.ClaimVerb;
import dev.talaria.cli.verb.CloseIncidentVerb;
import dev.talaria.cli.verb.CommentVerb;
import dev.talaria.cli.verb.CompleteVerb;
import dev.talaria.cli.verb.CompletionVerb;
import dev.talaria.cli.verb.ContextVerb;
import dev.talaria.cli.verb.CreateVerb;
import dev.talaria.cli.verb.DecomposeVerb;
import dev.talaria.cli.verb.DiagnosticsVerb;
import dev.talaria.cli.verb.EditVerb;
import dev.talaria.cli.verb.GcVerb;
import dev.talaria.cli.verb.GuidanceVerb;
import dev.talaria.cli.verb.HeartbeatVerb;
import dev.talaria.cli.verb.InitVerb;
import dev.talaria.cli.verb.LinkVerb;
import dev.talaria.cli.verb.ListVerb;
import dev.talaria.cli.verb.LogVerb;
import dev.talaria.cli.verb.NotifyListVerb;
import dev.talaria.cli.verb.NotifySubscribeVerb;
import dev.talaria.cli.verb.NotifyUnsubscribeVerb;
import dev.talaria.cli.verb.PromoteVerb;
import dev.talaria.cli.verb.ReassignVerb;
import dev.talaria.cli.verb.ReclaimVerb;
import dev.talaria.cli.verb.ReviewVerb;
import dev.talaria.cli.verb.RunsVerb;
import dev.talaria.cli.verb.ScheduleVerb;
import dev.talaria.cli.verb.SetVerb;
import dev.talaria.cli.verb.ShowVerb;
import dev.talaria.cli.verb.SpecifyVerb;
import dev.talaria.cli.verb.StatsVerb;
import dev.talaria.cli.verb.StopVerb;
import dev.talaria.cli.verb.SwarmVerb;
import dev.talaria.cli.verb.TailVerb;
import dev.talaria.cli.verb.UnblockVerb;
import dev.talaria.cli.verb.UnlinkVerb;
import dev.talaria.cli.verb.VersionVerb;
import dev.talaria.cli.verb.WatchVerb;
import dev.talaria.cli.verb.WhyVerb;
import dev.talaria.cli.verb.boards.BoardsVerb;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine;

/**
 * The verbs on a local board, in the order of the help. Only the one that was typed is made: reading the annotations of
 * all of them would cost more than most verbs do.
 */
public enum LocalVerbs {
  INIT("init", "Make the board's file, or bring an older one up to date.", InitVerb::new),
  CREATE("create", "Create a task.", CreateVerb::new),
  LIST("list", "List tasks, after letting go what nothing holds back.", ListVerb::new, "ls"),
  SHOW("show", "Show a task with its comments, events and runs.", ShowVerb::new),
  WHY("why", "Say why a task does not run, or why all that wait do.", WhyVerb::new),
  RUNS("runs", "List a task's attempts, oldest first.", RunsVerb::new),
  COMPLETE("complete", "Finish tasks and let their children go.", CompleteVerb::new),
  ACCEPT(
      "accept",
      "Take the last words of a worker that ended in silence for its task's result.",
      AcceptVerb::new),
  EDIT("edit", "Correct what a done task handed over.", EditVerb::new),
  CLAIM("claim", "Take a ready task to work on it yourself.", ClaimVerb::new),
  HEARTBEAT("heartbeat", "Say that a task is still worked on.", HeartbeatVerb::new),
  CONTEXT("context", "Print what a task's worker gets to read.", ContextVerb::new),
  REVIEW("review", "Hand a task to a reviewer.", ReviewVerb::new),
  PROMOTE("promote", "Make waiting tasks ready, with their failures forgotten.", PromoteVerb::new),
  BLOCK("block", "Stop a task until someone unblocks it.", BlockVerb::new),
  SCHEDULE(
      "schedule", "Put tasks aside, for a time or until someone unblocks them.", ScheduleVerb::new),
  UNBLOCK(
      "unblock",
      "Let blocked, scheduled or held tasks go, with their failures forgotten.",
      UnblockVerb::new),
  COMMENT("comment", "Say something about a task; its next worker reads it.", CommentVerb::new),
  LINK("link", "Make one task wait for another.", LinkVerb::new),
  UNLINK("unlink", "Let a task no longer wait for another.", UnlinkVerb::new),
  ASSIGN("assign", "Say who is to do a task.", AssignVerb::new),
  REASSIGN(
      "reassign", "Give a task to another profile, from its worker if need be.", ReassignVerb::new),
  RECLAIM("reclaim", "Take a task from its worker, whose process is ended.", ReclaimVerb::new),
  STOP("stop", "End a task's worker, wherever it is, and block the task.", StopVerb::new),
  CLOSE_INCIDENT(
      "close-incident",
      "Say that an incident of the board is over; its lane goes on.",
      CloseIncidentVerb::new),
  SET("set", "Change a task's status, priority, title, body or limit.", SetVerb::new),
  ARCHIVE(
      "archive",
      "Hide tasks, whatever their status; archived ones hold nothing back.",
      ArchiveVerb::new),
  TAIL("tail", "Show a task's events, and go on as they happen. Ctrl-C ends it.", TailVerb::new),
  WATCH("watch", "Show what happens on the board from now on. Ctrl-C ends it.", WatchVerb::new),
  LOG("log", "Print what a task's workers wrote.", LogVerb::new),
  GC(
      "gc",
      "Remove workspaces of archived tasks, old events of finished ones and old logs.",
      GcVerb::new),
  BOARDS("boards", "List, make, choose and remove boards.", BoardsVerb::new),
  GUIDANCE("guidance", "Print how agents are to work with a board.", GuidanceVerb::new),
  STATS("stats", "Count the tasks by status and assignee.", StatsVerb::new),
  SWARM("swarm", "Create workers, a verifier and a synthesizer for one goal.", SwarmVerb::new),
  BLACKBOARD("blackboard", "Read or write what a swarm shares.", BlackboardVerb::new),
  SPECIFY("specify", "Turn a rough idea into a task, with a model's help.", SpecifyVerb::new),
  DECOMPOSE(
      "decompose", "Divide a rough idea into tasks, with a model's help.", DecomposeVerb::new),
  DIAGNOSTICS("diagnostics", "Say what needs a person's eye.", DiagnosticsVerb::new, "diag"),
  ASSIGNEES(
      "assignees",
      "List profiles and assignees with how many tasks they have.",
      AssigneesVerb::new),
  NOTIFY_SUBSCRIBE(
      "notify-subscribe", "Tell a chat what becomes of a task.", NotifySubscribeVerb::new),
  NOTIFY_LIST("notify-list", "List who is told about which task.", NotifyListVerb::new),
  NOTIFY_UNSUBSCRIBE(
      "notify-unsubscribe", "Tell a chat no more about a task.", NotifyUnsubscribeVerb::new),
  VERSION("version", "Say which Talaria and which Java this is.", VersionVerb::new),
  COMPLETION(
      "completion",
      "Print a script that completes verbs and options in bash or zsh.",
      CompletionVerb::new);

  private final String verb;
  private final String description;
  private final Function<Session, Object> maker;
  private final List<String> aliases;

  LocalVerbs(String verb, String description, Function<Session, Object> maker, String... aliases) {
    this.verb = verb;
    this.description = description;
    this.maker = maker;
    this.aliases = List.of(aliases);
  }

  /** As it is typed. */
  public String verb() {
    return verb;
  }

  /** One line for the list of verbs. */
  public String description() {
    return description;
  }

  /** Other names for it. */
  public List<String> aliases() {
    return aliases;
  }

  /** The verb of this name or alias. */
  public static Optional<LocalVerbs> named(String name) {
    return Arrays.stream(values())
        .filter(candidate -> candidate.verb.equals(name) || candidate.aliases.contains(name))
        .findFirst();
  }

  /** Makes the verb's command, with its own verbs if it has some. */
  CommandLine load(Session session) {
    return VerbGroup.line(maker.apply(session));
  }
}
