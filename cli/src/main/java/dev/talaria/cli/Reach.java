package dev.talaria.cli;

import java.util.List;

/**
 * Whether a verb may be typed for a board of another host, and how it is carried out there.
 *
 * @param why it may not, in a sentence; empty otherwise
 */
public record Reach(Way way, String why) {
  private static final String FOLLOWS =
      "It follows the board's file, which is on its own host: type it there. 'show', 'runs', 'list' and 'log' work from here.";
  private static final String FILES =
      "It is about the boards of a host and not about one board: type it on that host.";
  private static final String UNDECIDED = "It works on the board's own host only: type it there.";

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
    /** Not at all. */
    NO
  }

  /** That of a verb with its arguments. */
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
          SWARM,
          BLACKBOARD,
          NOTIFY_SUBSCRIBE,
          NOTIFY_UNSUBSCRIBE -> of(Way.CHANGES);
      case INIT, LIST, SHOW, WHY, RUNS, CONTEXT, LOG, STATS, DIAGNOSTICS, ASSIGNEES, NOTIFY_LIST ->
        of(Way.READS);
      // with --reclaim it ends a process
      case REASSIGN ->
        of(arguments.stream().anyMatch(it -> it.startsWith("--reclaim")) ? Way.ACTS : Way.CHANGES);
      case RECLAIM, GC, SPECIFY, DECOMPOSE -> of(Way.ACTS);
      case TAIL, WATCH -> new Reach(Way.NO, FOLLOWS);
      case BOARDS -> new Reach(Way.NO, FILES);
      // a new verb works on its own host until somebody has thought about it
      default -> new Reach(Way.NO, UNDECIDED);
    };
  }

  private static Reach of(Way way) {
    return new Reach(way, "");
  }
}
