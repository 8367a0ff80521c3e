package dev.talaria.protocol.topic;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.Lane;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Every topic of Talaria: its name, partitions and settings (DESIGN 4).
 *
 * @param prefix put before each name, so that several fleets share a cluster
 * @param partitions of the topics that are partitioned by board or asker; fixed at creation
 */
public record TopicCatalogue(String prefix, int partitions) {
  /** No message is larger: brokers take 1 MiB by default, and headers and batch framing need room. */
  public static final int MAX_MESSAGE_BYTES = 900_000;

  private static final long HOUR = 3_600_000L;
  private static final long DAY = 24 * HOUR;

  public TopicCatalogue {
    if (!prefix.matches("[a-zA-Z0-9._-]*")) {
      throw new IllegalArgumentException(
          "kafka.prefix is '%s'; a topic name takes letters, digits, '.', '_' and '-' only."
              .formatted(prefix));
    }
    if (partitions < 1) {
      throw new IllegalArgumentException(
          "kafka.partitions is %d; expected 1 or more.".formatted(partitions));
    }
  }

  public String transitions() {
    return prefix + "transitions";
  }

  public String commands() {
    return prefix + "commands";
  }

  public String replies() {
    return prefix + "replies";
  }

  public String decisions() {
    return prefix + "decisions";
  }

  public String presence() {
    return prefix + "presence";
  }

  /** Orders of operators that hold until they are taken back. */
  public String controls() {
    return prefix + "controls";
  }

  /** Equal failures of several tasks, told as one. */
  public String incidents() {
    return prefix + "incidents";
  }

  public String relayCursors() {
    return prefix + "relay-cursors";
  }

  /** What the topology knows of each board's tasks. */
  public String fleet() {
    return prefix + "fleet";
  }

  public String workerLogs() {
    return prefix + "worker-logs";
  }

  public String deadLetter() {
    return prefix + "dead-letter";
  }

  /** The share group in which the launchers of a lane take its offers. */
  public String launchers(Lane lane) {
    return prefix() + "launchers." + lane.name();
  }

  /** The offers of one lane. */
  public String ready(Lane lane) {
    return prefix + "ready." + lane.name();
  }

  /** The partition that carries a board's transitions, commands, decisions and cursor. */
  public int partitionOf(BoardKey board) {
    return Partitions.of(board.toString(), partitions);
  }

  /** The partition that carries the replies to an asker. */
  public int partitionOfAsker(String asker) {
    return Partitions.of(asker, partitions);
  }

  /** The topics that exist whatever lanes there are. */
  public List<TopicSpec> fixed() {
    return List.of(
        new TopicSpec(transitions(), partitions, kept(90 * DAY)),
        new TopicSpec(commands(), partitions, kept(7 * DAY)),
        new TopicSpec(replies(), partitions, kept(HOUR)),
        new TopicSpec(decisions(), partitions, kept(90 * DAY)),
        new TopicSpec(presence(), 1, stampedByTheBroker(compacted())),
        new TopicSpec(controls(), 1, compacted()),
        new TopicSpec(incidents(), partitions, compacted()),
        new TopicSpec(relayCursors(), partitions, compacted()),
        new TopicSpec(fleet(), partitions, compacted()),
        new TopicSpec(workerLogs(), partitions, kept(3 * DAY)),
        new TopicSpec(deadLetter(), 1, kept(30 * DAY)));
  }

  /**
   * A lane's topic. One partition, always: each member of the share group is then assigned it, and a dead member holds
   * back only what it had locked (measured: with four partitions half of the offers hang for 48 s, REVIEW R6).
   */
  public TopicSpec lane(Lane lane) {
    return new TopicSpec(ready(lane), 1, kept(DAY));
  }

  /** Records bear the broker's time: beside it a sender's own clock can be judged, whoever reads. */
  private static Map<String, String> stampedByTheBroker(Map<String, String> configs) {
    Map<String, String> more = new HashMap<>(configs);
    more.put("message.timestamp.type", "LogAppendTime");
    return more;
  }

  private static Map<String, String> kept(long millis) {
    return Map.of("cleanup.policy", "delete", "retention.ms", Long.toString(millis));
  }

  /** The active segment is never compacted, so segments are short and cleaned early. */
  private static Map<String, String> compacted() {
    return Map.of(
        "cleanup.policy", "compact", "segment.ms", "600000", "min.cleanable.dirty.ratio", "0.1");
  }
}
