package dev.talaria.cli;

import dev.talaria.cli.verb.StopVerb;
import dev.talaria.cli.verb.TailVerb;
import dev.talaria.cli.verb.boards.BoardsVerb;
import java.util.List;

/**
 * Whether a verb may be typed for a board of another host, and how it is carried out there.
 *
 * @param why it may not, in a sentence; empty otherwise
 */
public record Reach(Way way, String why) {
  private static final String COMPARES =
      "It compares the files of boards, and runs on the host on which it is typed.";
  private static final String CHOOSES =
      "The current board of a host is what people and agents mean who type verbs there, so 'boards switch' and 'boards create --switch' are not for other hosts: choose it there.";
  private static final String SERVES = "It runs on the host on which it is typed.";
  private static final String HOSTS =
      "It is about hosts and not about one board: leave --board out.";
  private static final String ORDERS =
      "Only with --this-board is it about one board: give that, or leave --board out.";

  /** How it is carried out. */
  public enum Way {
    /** On the asking host: it is about no board. */
    HERE,
    /** In one transaction of the board, exactly once. */
    CHANGES,
    /** It reads, and may be done again. */
    READS,
    /** It ends processes, removes files or asks a model: at most once. */
    ACTS,
    /** It goes on: on the asking host, which asks and listens for it. */
    FOLLOWS,
    /** Not at all. */
    NO
  }

  /**
   * That of a verb with its arguments. Each is named, so that a new one does not compile before somebody has thought about
   * it.
   */
  public static Reach of(LocalVerbs verb, List<String> arguments) {
    return switch (verb) {
      case GUIDANCE, VERSION, COMPLETION -> of(Way.HERE);
      case CREATE,
          COMPLETE,
          EDIT,
          CLAIM,
          HEARTBEAT,
          REVIEW,
          PROMOTE,
          BLOCK,
          SCHEDULE,
          UNBLOCK,
          COMMENT,
          LINK,
          UNLINK,
          ASSIGN,
          SET,
          ARCHIVE,
          CLOSE_INCIDENT,
          SWARM,
          BLACKBOARD,
          NOTIFY_SUBSCRIBE,
          NOTIFY_UNSUBSCRIBE -> of(Way.CHANGES);
      case INIT, LIST, SHOW, WHY, RUNS, CONTEXT, STATS, DIAGNOSTICS, ASSIGNEES, NOTIFY_LIST ->
        of(Way.READS);
      case ACCEPT ->
        of(has(arguments, "--dry-run") || has(arguments, "--show") ? Way.READS : Way.CHANGES);
      // with --reclaim it ends a process
      case REASSIGN -> of(has(arguments, "--reclaim") ? Way.ACTS : Way.CHANGES);
      case RECLAIM, GC, SPECIFY, DECOMPOSE -> of(Way.ACTS);
      case STOP ->
        of(
            has(arguments, StopVerb.ENDED)
                ? Way.READS
                : has(arguments, "--wait") ? Way.FOLLOWS : Way.ACTS);
      case LOG ->
        of(arguments.contains("-f") || has(arguments, "--follow") ? Way.FOLLOWS : Way.READS);
      case TAIL -> of(has(arguments, TailVerb.PAGE_AFTER) ? Way.READS : Way.FOLLOWS);
      case WATCH -> of(Way.FOLLOWS);
      case BOARDS -> ofBoards(arguments);
    };
  }

  private static Reach ofBoards(List<String> arguments) {
    return switch (BoardsVerb.member(arguments)) {
      case "", "list", "ls", "show", "current" -> of(Way.READS);
      case "switch", "use" -> new Reach(Way.NO, CHOOSES);
      default -> has(arguments, "--switch") ? new Reach(Way.NO, CHOOSES) : of(Way.ACTS);
    };
  }

  /** That of a service verb: none is carried out by another host. */
  static Reach of(ServiceVerbs verb, List<String> arguments) {
    return switch (verb) {
      // the order itself goes to all hosts
      case PAUSE, RESUME ->
        has(arguments, "--this-board") ? of(Way.HERE) : new Reach(Way.NO, ORDERS);
      // from any host: what it reads is on Kafka
      case REPLAY, FLEET, INCIDENTS -> of(Way.HERE);
      case VERIFY -> new Reach(Way.NO, COMPARES);
      case DRAIN, HOSTS, DOCTOR, DLQ, CONFIG, TOPICS -> new Reach(Way.NO, HOSTS);
      case UP, DISPATCHER, STREAMS, LAUNCHER, BROKER, DISPATCH, DAEMON, MCP, BENCH, DEMO ->
        new Reach(Way.NO, SERVES);
    };
  }

  private static boolean has(List<String> arguments, String option) {
    return arguments.stream().anyMatch(it -> it.startsWith(option));
  }

  private static Reach of(Way way) {
    return new Reach(way, "");
  }
}
