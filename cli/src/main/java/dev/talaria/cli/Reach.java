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
  private static final String WAITS =
      "With --wait it looks at the board until the worker has ended: leave that out, and ask 'show' afterwards.";
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
          SWARM,
          BLACKBOARD,
          NOTIFY_SUBSCRIBE,
          NOTIFY_UNSUBSCRIBE -> of(Way.CHANGES);
      case INIT, LIST, SHOW, WHY, RUNS, CONTEXT, LOG, STATS, DIAGNOSTICS, ASSIGNEES, NOTIFY_LIST ->
        of(Way.READS);
      case ACCEPT ->
        of(has(arguments, "--dry-run") || has(arguments, "--show") ? Way.READS : Way.CHANGES);
      // with --reclaim it ends a process
      case REASSIGN -> of(has(arguments, "--reclaim") ? Way.ACTS : Way.CHANGES);
      case RECLAIM, GC, SPECIFY, DECOMPOSE -> of(Way.ACTS);
      case STOP -> has(arguments, "--wait") ? new Reach(Way.NO, WAITS) : of(Way.ACTS);
      case TAIL, WATCH -> new Reach(Way.NO, FOLLOWS);
      case BOARDS -> new Reach(Way.NO, FILES);
    };
  }

  /** That of a service verb: none is carried out by another host. */
  static Reach of(ServiceVerbs verb, List<String> arguments) {
    return switch (verb) {
      // the order itself goes to all hosts
      case PAUSE, RESUME ->
        has(arguments, "--this-board") ? of(Way.HERE) : new Reach(Way.NO, ORDERS);
      // from any host: what it reads is on Kafka
      case REPLAY -> of(Way.HERE);
      case DRAIN, HOSTS, DOCTOR, CONFIG, TOPICS -> new Reach(Way.NO, HOSTS);
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
