package dev.talaria.board.waiting;

import java.util.Locale;

/**
 * The kinds of reasons for which a task does not run. Their names are label values of the metric and anchors of the
 * troubleshooting page, so they stay.
 */
public enum WaitCode {
  NO_DISPATCHER("no dispatcher serves this board", true),
  NOT_GRANTED("the board is only watched, nothing is started", true),
  PAUSED("paused by an operator", true),
  LANE_INCIDENT("an incident holds the lane, which starts nothing but probes", true),
  UNASSIGNED("nobody is named for it", true),
  NOT_A_LANE("the assignee cannot be the name of a lane", true),
  CAPPED("as many run as the configuration allows", true),
  LANE_UNSERVED("no launcher serves the lane", true),
  LANE_FAULT("the lane's command cannot start", true),
  NOT_PLACED("launchers serve the lane, but none fits the task", true),
  DRAINING("every launcher of the lane is drained", true),
  KAFKA_AWAY("Kafka is not heard, and no launcher of this process serves the lane", true),
  SLOTS_BUSY("all slots are busy", false),
  STARTING("about to start", false),
  AWAITS_DECISION("its last run's end is being judged", false),
  BACKING_OFF("it is tried again later, after a failure", false),
  COOL_DOWN("its provider refused, and is left alone for a while", false),
  STOPPING("its former worker has not ended yet", false),
  GUARDED("starting it again would help nobody now", true),
  AWAITS_PARENTS("it waits for other tasks", false),
  HELD_IN_TODO("it is in todo, and nothing but that holds it", false),
  SCHEDULED("put aside for a time", false),
  TRIAGE("a rough idea that nobody has specified", false),
  BLOCKED("it was blocked, and waits for a person", false),
  GAVE_UP("it failed too often", false),
  AT_CEILING("it ran too often within a day", false),
  OVER_BUDGET("what its failed runs may cost is used up", false),
  CLAIMED_ELSEWHERE("someone has claimed it", false),
  RUNNING("it runs", false),
  FINISHED("it is finished", false),
  UNKNOWN_STATUS("its status is unknown to this version", true);

  private final String summary;
  private final boolean loud;

  WaitCode(String summary, boolean loud) {
    this.summary = summary;
    this.loud = loud;
  }

  /** As in JSON and metrics: {@code lane_unserved}. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Where the documents explain it. */
  public String docs() {
    return "docs/troubleshooting.md#" + wire().replace('_', '-');
  }

  /** In a few words, after a task or tasks have been named. */
  public String summary() {
    return summary;
  }

  /** Whether a dispatcher puts it into its log: somebody may have to do something. */
  public boolean isLoud() {
    return loud;
  }
}
